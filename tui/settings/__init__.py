"""What the user configured, and where tokens are: read at start, by hand, without heavy imports."""

from tui.settings.model import Account, Settings
from tui.settings.read import load
from tui.settings.secrets import read_token

__all__ = ["Account", "Settings", "load", "read_token"]

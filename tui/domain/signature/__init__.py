"""What a failure says, masked so that failures of one cause say the same."""

from tui.domain.signature.find import ErrorLine, find_error
from tui.domain.signature.mask import coarse, fine

__all__ = ["ErrorLine", "coarse", "find_error", "fine"]

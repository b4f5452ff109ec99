"""For adapters of other packages: the suite that every platform passes. It needs pytest and pytest-asyncio."""

from tui.testing.contract import AdapterContract
from tui.testing.desk import START, Case, Desk

__all__ = ["START", "AdapterContract", "Case", "Desk"]

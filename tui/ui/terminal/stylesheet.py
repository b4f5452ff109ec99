"""The stylesheet: each piece of CSS is parsed once, not anew with every screen that brings its own."""

from textual.cache import LRUCache
from textual.css.stylesheet import Stylesheet

__all__ = ["Sheet"]

_PIECES = 512
"""More than there are: one a class with rules, one a file."""


class Sheet(Stylesheet):
    """Where Textual parses everything again when a screen with a file of rules is first shown: 30 ms before the first
    paint, and as many at each first look at a screen."""

    def __init__(self, *, variables: dict[str, str] | None = None) -> None:
        super().__init__(variables=variables)
        self._parse_cache = LRUCache(_PIECES)

    def reparse(self) -> None:
        """What is new. Other variables have emptied the cache (`set_variables`), so then it is everything."""
        self.parse()

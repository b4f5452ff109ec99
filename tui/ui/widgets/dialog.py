"""The box every dialog is made of: the question in the top border, the keys in the bottom border."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

__all__ = ["Dialog", "Keys"]

Keys = Sequence[tuple[str, str]]
"""Each key with what it does, the most important first."""
_APART = "  "
_YES = "y"
"""The key that does it."""
_FRAME = 6
"""Cells of the bottom border that no key takes: corners, a rule and a space at either side."""


class Dialog(Vertical):
    """As high as its content, at most as the screen; then the children of `height: 1fr` give way and scroll.

    So the question, fields, buttons and keys always show, whatever stands in the lists. Keys that find no room in the
    border are left out from the last one on.
    """

    DEFAULT_CSS = """
    Dialog {
        width: 76;
        max-width: 100%;
        height: auto;
        max-height: 100%;
        border: round $accent;
        border-title-color: $accent;
        border-title-style: bold;
        border-subtitle-align: left;
        border-subtitle-color: $dim;
        padding: 0 1;
        background: $surface;
        &.-danger { border: round $fail; border-title-color: $fail; }
    }
    """

    def __init__(
        self,
        *children: Widget,
        title: str = "",
        keys: Keys = (),
        danger: bool = False,
        id: str | None = None,
    ) -> None:
        super().__init__(*children, id=id)
        self._keys: Keys = keys
        self.set_class(danger, "-danger")
        self.ask(title)

    def compose(self) -> ComposeResult:
        """Nothing of its own."""
        yield from ()

    def ask(self, title: str) -> None:
        """Put another question; it is text, never markup."""
        self.border_title = Content(title)

    def use_keys(self, keys: Keys) -> None:
        """Name other keys."""
        self._keys = keys
        self._name_keys()

    def on_resize(self) -> None:
        """Name the keys that have room."""
        self._name_keys()

    def _name_keys(self) -> None:
        room = self.outer_size.width - _FRAME
        parts: list[Content] = []
        for key, what in self._keys:
            role = "$fail" if key == _YES and self.has_class("-danger") else "$accent"
            part = Content.assemble((key, f"bold {role}"), f" {what}")
            room -= part.cell_length + (len(_APART) if parts else 0)
            if room < 0:
                break
            parts.append(part)
        self.border_subtitle = Content(_APART).join(parts)

    @property
    def _has_relative_children_height(self) -> bool:
        """Textual would let a box with such children fill the screen; this one knows how high it has to be."""
        return False

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Rows for everything, also for what would scroll."""
        rows = self.arrange(Size(width, 0)).total_region.height
        for child in self.displayed_children:
            if child.styles.height is not None and child.styles.height.is_fraction:
                least = child.styles.min_height
                laid = max(1, int(least.value) if least is not None else 0)
                rows += max(0, child.get_content_height(container, viewport, width) - laid)
        return rows

"""Which widgets draw themselves for an update: those it touches, and of those the lines it touches.

Textual asks every widget between the topmost and the lowest change for all of its lines. With a table, a pane and four
lines of words that is two thirds of what a key of the cursor costs.
"""

from collections.abc import Iterable

from textual._compositor import ChopsUpdate, Compositor
from textual.geometry import Region
from textual.strip import Strip

__all__ = ["SparingCompositor"]


class SparingCompositor(Compositor):
    """Draws the same, from less (private in Textual, so pinned by a test)."""

    _touched: tuple[Region, ...] | None = None
    """What is being updated; None while everything is."""

    def render_partial_update(self) -> ChopsUpdate | None:
        """The regions that changed."""
        self._touched = tuple(self._dirty_regions)
        try:
            return super().render_partial_update()
        finally:
            self._touched = None

    def _get_renders(self, crop: Region | None = None) -> Iterable[tuple[Region, Region, list[Strip]]]:
        if self._touched is None:
            yield from super()._get_renders(crop)
            return
        for widget, (region, clip) in self.visible_widgets.items():
            shown = region.intersection(clip)
            if not (parts := [part for part in self._touched if part.overlaps(shown)]):
                continue
            lines = Region.from_union(parts).intersection(shown)
            # Whole lines: where a line is cut depends on all the widgets on it.
            shown = Region(shown.x, lines.y, shown.width, lines.height)
            yield region, shown, widget.render_lines(shown.translate(-region.offset))

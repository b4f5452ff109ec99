"""The list below a log: the lines that match, say why, or sound like trouble; and which of them is visited next."""

import asyncio
from bisect import bisect_left
from collections.abc import Callable, Sequence

from textual import work
from textual.content import Content
from textual.widgets import Static

from tui.domain.log import LogSource
from tui.ui.log.interleave import MergedLogs
from tui.ui.log.sgr import uncoloured
from tui.ui.log.view import LogView
from tui.ui.present.format import count_text
from tui.ui.present.text import cut
from tui.ui.present.why import LOOKED_AT, Telling, telling_lines

__all__ = ["FoundLines"]

_SHOWN = 3


class FoundLines(Static):
    """Not shown while nothing stands out."""

    def __init__(
        self, view: LogView, may_tell: Callable[[], LogSource | MergedLogs | None], changed: Callable[[], None]
    ) -> None:
        super().__init__(id="found", markup=False)
        self._view = view
        self._may_tell = may_tell
        """The log in which a line may say why its job failed; None where nothing has to be explained."""
        self._changed = changed
        """Called once it is known which line says why."""
        self._told: tuple[object, Telling] = (None, Telling())
        self._asked: object = None
        """The log whose lines are being looked through."""

    # --- the line that says why ----------------------------------------------------------------------------------

    def tell(self) -> None:
        """Let the view mark the line that says why, and its consequences."""
        telling = self.telling
        self._view.telling = -1 if telling is None else telling
        self._view.consequences = self._told[1].consequences if telling is not None else frozenset()

    @property
    def telling(self) -> int | None:
        """The line that says why a job that has ended failed."""
        text, source = self._view.log_text, self._may_tell()
        if source is None or not len(text):
            return None
        held = (source, len(text), text.start)
        if self._told[0] != held and self._asked != held:
            self._asked = held
            first = max(0, len(text) - LOOKED_AT)
            self._look_through(held, text.text(first, len(text)), first)
        # While a longer log is looked through, what was said of the shorter one stands.
        same = isinstance(self._told[0], tuple) and self._told[0][0] == source and self._told[0][2] == text.start
        return self._told[1].cause if same else None

    @work(group="log-telling", exclusive=True)
    async def _look_through(self, held: object, text: str, first: int) -> None:
        """Find the telling lines in a thread, so that keys are answered meanwhile."""
        self._told = (held, await asyncio.to_thread(telling_lines, text, first))
        self._changed()

    # --- the lines worth a look ----------------------------------------------------------------------------------

    @property
    def notable(self) -> Sequence[int]:
        """The lines that n and N visit: matches while searching, else errors with what is marked, then warnings."""
        if self._view.needle:
            return self._view.hits
        strong, weak = self._strong, self._weak
        return [*strong, *weak] if strong else weak

    @property
    def _strong(self) -> Sequence[int]:
        """What sounds like a failure, says why, or was marked, in order."""
        view, telling = self._view, self.telling
        more = {*view.marks, *({telling} if telling is not None else ())}
        return sorted({*view.errors, *more}) if more else view.errors

    @property
    def _weak(self) -> Sequence[int]:
        """Warnings besides."""
        telling = self.telling
        return [n for n in self._view.warnings if n not in self._view.marks and n != telling]

    def step(self, way: int) -> bool:
        """To the next or previous line worth a look; warnings come when the errors are through."""
        view, numbers = self._view, self.notable
        here = view.marked
        if view.needle or here not in numbers:
            return view.step(numbers if view.needle else self._strong or self._weak, way)
        view.jump(numbers[(list(numbers).index(here) + way) % len(numbers)])
        return True

    def jump(self) -> None:
        """To the line under the mark of the list, else to the one that says why, else to the last of them."""
        view = self._view
        if numbers := self.notable:
            worst = numbers if view.needle else self._strong or self._weak
            last = worst[-1] if self.telling is None or self.telling not in numbers else self.telling
            view.jump(view.marked if view.marked in numbers else last)

    # --- words ---------------------------------------------------------------------------------------------------

    def draw(self, width: int) -> None:
        """Some of them around the one jumped to."""
        view, every, telling = self._view, self.notable, self.telling
        self.display = bool(every)
        if not every:
            return
        title = f"─ {self._found_text(len(every))}   n/N jump, enter "
        # Warnings stand here where there is nothing worse, or once one is jumped to.
        strong, weak = self._strong, self._weak
        numbers = every if view.needle else weak if view.marked in weak or not strong else strong
        here = view.marked if view.marked >= 0 or view.needle or telling is None else telling
        at = bisect_left(numbers, here) if here >= 0 else len(numbers) - 1
        first = max(0, min(at - 1, len(numbers) - _SHOWN))
        lines = [Content.styled(cut(title.ljust(width, "─"), width), "dim")]
        for number in numbers[first : first + _SHOWN]:
            mark = ">" if number == view.marked else "*" if number in view.marks else " "
            words = cut(f"{mark} {view.log_text.number(number):>6} {uncoloured(view.log_text.line(number))}", width)
            lines.append(Content.styled(words, "bold $fail") if number == telling else Content(words))
        self.update(Content("\n").join(lines))

    def _found_text(self, number: int) -> str:
        """`matches (3)`, `1 error, 61 warnings`, `2 marked, 1 warning`."""
        view, telling = self._view, self.telling
        if view.needle:
            return f"matches ({number:,})"
        told = telling is not None and telling not in view.errors
        marked = len(view.marks)
        warnings = len(view.warnings) - (told and telling in view.warnings)
        counts = ((len(view.errors) + told, "error"), (warnings, "warning"))
        said = [count_text(count, noun) for count, noun in counts if count]
        return ", ".join([*said, *([f"{marked:,} marked"] if marked else [])])

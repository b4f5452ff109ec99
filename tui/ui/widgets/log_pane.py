"""A job's log with the line above it that says what is held and the list below of what sounds like a failure."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Static

from tui.domain.errors import TuiError
from tui.domain.log import TAIL_BYTES, LogIndex, LogSource
from tui.domain.task import TaskRef
from tui.platforms.clock import Clock
from tui.settings.paths import cache_dir
from tui.store.deck import Deck
from tui.store.spool import Spool
from tui.ui.bindings import bindings
from tui.ui.outside import run_outside, written
from tui.ui.present.fact import size_text, span_text
from tui.ui.present.log import LogText
from tui.ui.present.sgr import uncoloured
from tui.ui.present.stamps import line_since
from tui.ui.present.why import telling_line
from tui.ui.saving import save_log
from tui.ui.widgets.lines import cut
from tui.ui.widgets.log_view import LogView

__all__ = ["LogPane"]

_MORE_BYTES = 1_048_576
_FOUND_SHOWN = 3
_SPANS = {2: timedelta(minutes=1), 3: timedelta(minutes=5), 4: timedelta(minutes=15), 5: timedelta(hours=1)}
_CONTEXT = re.compile(r"-[cC] ?(\d{1,3}) +(.*)")


def _held_on_disk() -> LogText:
    return LogText(Spool(cache_dir() / "logs"))


class LogPane(Vertical):
    """Reads the end first, more when it is wanted, and what comes while it follows."""

    DEFAULT_CSS = """
    LogPane {
        height: 1fr;
        & > #held { height: 1; }
        & > #found { height: auto; max-height: 4; display: none; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = bindings("log")

    source: reactive[LogSource | None] = reactive(None)
    """The log shown."""

    @dataclass
    class Changed(Message):
        """Something that the screen's own lines speak of changed."""

    @dataclass
    class Failed(Message):
        """A read failed; what is shown stays."""

        error: TuiError

    @dataclass
    class Wanted(Message):
        """A text is to be typed: `only`, or `save` with a proposed path."""

        what: str
        value: str

    @dataclass
    class Copied(Message):
        """Text for the clipboard."""

        text: str

    def __init__(self, deck: Deck, clock: Clock, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.deck = deck
        self.clock = clock
        self.ref: TaskRef | None = None
        self.index = LogIndex()
        self.asked = False
        """Whether it is known which logs there are."""
        self.progress = ""
        """How far a save is."""
        self._told: tuple[object, int | None] = (None, None)

    def compose(self) -> ComposeResult:
        """Line, log, list."""
        yield Static(id="held", markup=False)
        yield LogView(_held_on_disk, id="log")
        yield Static(id="found", markup=False)

    def on_mount(self) -> None:
        """Look for more while following."""
        self.view.clock = self.clock
        self.set_interval(2.0, self._grow)

    @property
    def view(self) -> LogView:
        """The log."""
        return self.query_one("#log", LogView)

    # --- loading -------------------------------------------------------------------------------------------------

    def open(self, ref: TaskRef) -> None:
        """Show the logs of a task or job."""
        self.ref, self.index, self.asked = ref, LogIndex(), False
        self.view.clear()
        self._look(ref)

    @work(group="job-log", exclusive=True)
    async def _look(self, ref: TaskRef) -> None:
        try:
            self.index = await self.deck.logs(ref)
        except TuiError as error:
            self.index = LogIndex(why_none=f"The logs could not be listed: {error}")
        self.asked = True
        self.take(self.index.sources[0] if self.index.sources else None)

    def take(self, source: LogSource | None) -> None:
        """Show another log of the index from its end."""
        self.source = source
        self.view.clear()
        if source is not None:
            self.view.growing = source.growing
            self._read(source, -TAIL_BYTES, TAIL_BYTES)
        self.draw()

    @work(group="job-log-read", exclusive=True)
    async def _read(self, source: LogSource, start: int, limit: int, *, top: bool = False) -> None:
        try:
            part = await self.deck.read_log(source, start, limit)
        except TuiError as error:
            self.post_message(self.Failed(error))
            return
        if source != self.source:
            return
        held = self.view.log_text
        if part.total is not None and part.total < held.end:
            # The log was written anew: what is held belongs to another one.
            self.view.clear()
            if part.start > 0:
                self._read(source, -TAIL_BYTES, TAIL_BYTES)
                return
        try:
            self.view.add(part)
        except OSError as error:
            self.app.notify(f"no more of this log can be held: {error.strerror}", severity="error", markup=False)
        if top:
            self.call_after_refresh(self.view.show_start)

    @property
    def _reading(self) -> bool:
        return any(w.is_running for w in self.workers if w.group == "job-log-read")

    def _grow(self) -> None:
        """While following a log that grows, ask for what came since; skipped while a read is under way."""
        source, view = self.source, self.view
        if source is not None and view.follow and view.growing and not self._reading:
            self._read(source, view.log_text.end, _MORE_BYTES)

    @on(LogView.MoreWanted)
    def _more(self, message: LogView.MoreWanted) -> None:
        if self.source is not None and not self._reading:
            held = self.view.log_text
            start = max(0, held.start - _MORE_BYTES) if message.earlier else held.end
            self._read(self.source, start, held.start - start if message.earlier else _MORE_BYTES)

    # --- words ---------------------------------------------------------------------------------------------------

    @on(LogView.Changed)
    def _log_changed(self) -> None:
        self.draw()

    def on_resize(self) -> None:
        """Lines fill the width."""
        self.draw()

    def draw(self) -> None:
        """The line above and the list below."""
        if not self.is_mounted:
            return
        width = max(20, self.size.width)
        self.query_one("#held", Static).update(Content.styled(cut(self.held_text().ljust(width, "─"), width), "dim"))
        self._draw_found(width)
        self.post_message(self.Changed())

    def held_text(self) -> str:
        """Which log, which lines, which part, and how it is shown; or why there is none."""
        view, text = self.view, self.view.log_text
        if self.source is None:
            return f"─ {self.index.why_none or ('no log' if self.asked else 'looking for logs')} "
        first, last = view.shown
        of = f"lines {first:,}-{last:,} of {len(text):,}" if first else "no lines" if text.total == 0 else "reading"
        words = [self.source.stream.value, text.held_text() if text.total is not None else "", of]
        if view.only:
            words[2] = f"only {view.only!r} {len(view.rows):,} of {len(text):,}"
        words += ["searching" if view.busy else "", f"from line {view.since + 1:,}" if view.since else ""]
        words += ["raw" if view.raw else "", f"follow {_on(view.follow)}", f"wrap {_on(view.wrap)}"]
        words += [f"ts {_on(view.stamps)}", "g for more" if text.start else ""]
        return "─ " + ("   " if self.size.width > 100 else "  ").join(word for word in words if word) + " "

    @property
    def notable(self) -> Sequence[int]:
        """The lines that n and N visit: matches while searching, else what sounds like a failure and what is marked."""
        view = self.view
        if view.needle:
            return view.hits
        told = {self.telling} if self.telling is not None else set()
        return sorted({*view.troubles, *view.marks, *told}) if view.marks or told else view.troubles

    @property
    def telling(self) -> int | None:
        """The line that says why a job that has ended failed."""
        text = self.view.log_text
        if self.source is None or self.source.growing or not len(text):
            return None
        held = (self.source, len(text), text.start)
        if self._told[0] != held:
            self._told = (held, telling_line(text))
        return self._told[1]

    def _draw_found(self, width: int) -> None:
        view, found, numbers = self.view, self.query_one("#found", Static), self.notable
        found.display = bool(numbers)
        if not numbers:
            return
        title = f"─ {'matches' if view.needle else 'errors found'} ({len(numbers)})   n/N jump, enter "
        here = view.marked if view.marked >= 0 or view.needle or self.telling is None else self.telling
        at = bisect_left(numbers, here) if here >= 0 else len(numbers) - 1
        first = max(0, min(at - 1, len(numbers) - _FOUND_SHOWN))
        lines = [Content.styled(cut(title.ljust(width, "─"), width), "dim")]
        for number in numbers[first : first + _FOUND_SHOWN]:
            mark = ">" if number == view.marked else "*" if number in view.marks else " "
            words = cut(f"{mark} {number + 1:>6} {uncoloured(view.log_text.line(number))}", width)
            lines.append(Content.styled(words, "bold $text-error") if number == self.telling else Content(words))
        found.update(Content("\n").join(lines))

    # --- keys ----------------------------------------------------------------------------------------------------

    def step(self, way: int) -> bool:
        """To the next or previous line worth a look."""
        return self.view.step(self.notable, way)

    def action_found(self) -> None:
        """To the line under the mark of the list, else to the one that tells, else to the last of them."""
        if numbers := self.notable:
            last = numbers[-1] if self.telling is None or self.telling not in numbers else self.telling
            self.view.jump(self.view.marked if self.view.marked in numbers else last)

    def action_follow(self) -> None:
        """Follow the end of the log, or stop."""
        self.view.follow = not self.view.follow

    def action_wrap(self) -> None:
        """Wrap long lines, or cut them."""
        self.view.wrap = not self.view.wrap

    def action_stamps(self) -> None:
        """Show the times at the beginning of lines, or hide them."""
        self.view.stamps = not self.view.stamps

    def action_raw(self) -> None:
        """Show the bytes with their escapes, or the text."""
        self.view.raw = not self.view.raw

    def action_source(self) -> None:
        """The next log of this job or task."""
        sources = self.index.sources
        if self.source in sources and len(sources) > 1:
            self.take(sources[(sources.index(self.source) + 1) % len(sources)])
        else:
            self.app.notify("there is no other log", markup=False)

    def action_only(self) -> None:
        """Show only lines that match."""
        self.post_message(self.Wanted("only", ""))

    def only(self, text: str) -> None:
        """Filter; `-C 3 text` shows three lines around each."""
        found = _CONTEXT.fullmatch(text)
        self.view.context = int(found[1]) if found else 0
        self.view.only = found[2] if found else text

    def action_mark(self) -> None:
        """Mark a line, so that n and N visit it."""
        self.view.toggle_mark()
        self.draw()

    def action_select(self) -> None:
        """Begin to select lines, or stop."""
        self.view.select(self.view.selection is None)

    def action_since(self, which: int) -> None:
        """The tail, the head, or the last minutes."""
        if self.source is None:
            return
        if which == 0:
            self.take(self.source)
        elif which == 1:
            self._head(self.source)
        else:
            self._since(_SPANS[which])

    def _head(self, source: LogSource) -> None:
        self.view.since, self.view.follow = 0, False
        if self.view.log_text.start > 0:
            self._read(source, 0, TAIL_BYTES, top=True)
        else:
            self.view.show_start()

    def _since(self, span: timedelta) -> None:
        text = self.view.log_text
        number = line_since(text, span)
        if number is None:
            self.app.notify("the lines of this log begin with no times", markup=False)
            return
        self.view.since = number
        if number == 0 and text.start > 0:
            self.app.notify(f"the last {span_text(span)} begin before what is held; g reads more", markup=False)

    def copied(self) -> str:
        """The selected lines, else the line jumped to, else the lines on screen; as cleaned text."""
        view = self.view
        first, last = view.shown
        lines = view.selection or (range(view.marked, view.marked + 1) if view.marked >= 0 else None)
        lines = lines or range(max(0, first - 1), last)
        return view.log_text.text(lines.start, lines.stop)

    def action_copy_lines(self) -> None:
        """The last thousand lines held, or the selected ones."""
        view = self.view
        lines = view.selection or range(max(0, len(view.log_text) - 1000), len(view.log_text))
        self.post_message(self.Copied(view.log_text.text(lines.start, lines.stop)))

    # --- out of here ---------------------------------------------------------------------------------------------

    def action_save(self) -> None:
        """Ask for a path; while a save runs, stop it."""
        if self.progress:
            self.workers.cancel_group(self, "job-log-save")
            self._progress("")
            self.app.notify("not saved", markup=False)
        elif self.source is not None:
            name = re.sub(r"[^A-Za-z0-9._-]+", "_", f"{self.source.ref.id[:13]}-{self.source.name}")[-80:].lstrip(".-")
            self.post_message(self.Wanted("save", f"./{name}"))

    def save(self, path: str) -> None:
        """Read the whole log into a file that is not there yet."""
        if self.source is not None and path.strip():
            self._save(self.source, Path(path.strip()).expanduser())

    @work(group="job-log-save", exclusive=True)
    async def _save(self, source: LogSource, target: Path) -> None:
        self._progress("saving")
        try:
            size = await save_log(
                lambda start, limit: self.deck.read_log(source, start, limit),
                target,
                lambda done, total: self._progress(f"saving {size_text(done)} of {size_text(total)}   W stops"),
            )
        except FileExistsError:
            self.app.notify(f"{target} is there already; W again with another name", severity="warning", markup=False)
        except (TuiError, OSError) as error:
            self.app.notify(f"not saved: {error}", severity="error", markup=False)
        else:
            self.app.notify(f"saved {size_text(size)} to {target}", markup=False)
        finally:
            self._progress("")

    def _progress(self, text: str) -> None:
        self.progress = text
        self.post_message(self.Changed())

    def action_pager(self) -> None:
        """What is held, in $PAGER."""
        self._outside("PAGER", "less")

    def action_editor(self) -> None:
        """What is held, in $EDITOR."""
        self._outside("EDITOR", "vi")

    def _outside(self, variable: str, default: str) -> None:
        if len(self.view.log_text):
            with written(self.view.log_text.cleaned(), "log.txt") as path:
                if (why := run_outside(self.app, variable, default, path)) is not None:
                    self.app.notify(why, severity="warning", markup=False)


def _on(value: bool) -> str:
    return "on" if value else "off"

"""Reading the logs of a task or job, and the line above what is read; what the keys do stands in `pane.py`."""

import asyncio
from dataclasses import dataclass

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Static

from tui.clock import Clock
from tui.domain.errors import TuiError
from tui.domain.log import TAIL_BYTES, LogIndex, LogPart, LogSource
from tui.domain.task import TaskRef
from tui.settings.paths import cache_dir
from tui.store.deck import Deck
from tui.store.good_logs import good_logs
from tui.store.log_tail import telling_source
from tui.ui.log.found import FoundLines
from tui.ui.log.interleave import MergedLogs, woven
from tui.ui.log.spool import Spool
from tui.ui.log.text import LogText
from tui.ui.log.view import LogView
from tui.ui.present.text import cut, wrapped

__all__ = ["LogReading"]

_MORE_BYTES = 1_048_576


def _held_on_disk() -> LogText:
    return LogText(Spool(cache_dir() / "logs"))


class LogReading(Vertical):
    """Reads the end first, more when it is wanted, and what comes while it follows."""

    source: reactive[LogSource | MergedLogs | None] = reactive(None)
    """The log shown, or both outputs of a job as one."""

    @dataclass
    class Changed(Message):
        """Something that the screen's own lines speak of changed."""

    @dataclass
    class Failed(Message):
        """A read failed; what is shown stays."""

        error: TuiError

    def __init__(self, deck: Deck, clock: Clock, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.deck = deck
        self.clock = clock
        self.ref: TaskRef | None = None
        self.succeeded = False
        """The job went well, so that no line says why it failed."""
        self.index = LogIndex()
        self.asked = False
        """Whether it is known which logs there are."""
        self.progress = ""
        """How far a save is."""
        self.view = LogView(_held_on_disk, id="log")
        self.found = FoundLines(self.view, self._may_tell, self.draw)
        self._blames = False
        """What is looked for is why it failed, until the user chooses a log."""
        self._each = TAIL_BYTES
        """Bytes read of each output while both are shown."""
        self._woven: LogPart | None = None
        self._landed = False
        """The line that says why was shown once, or the user went elsewhere before it was known."""

    def compose(self) -> ComposeResult:
        """Line, log, list."""
        yield Static(id="held", markup=False)
        yield self.view
        yield self.found

    def on_mount(self) -> None:
        """Look for more while following."""
        self.view.clock = self.clock
        self.set_interval(2.0, self._grow)

    # --- loading -------------------------------------------------------------------------------------------------

    def open(self, ref: TaskRef, *, failed: bool = False) -> None:
        """Show the logs of a task or job; of one that is known to have failed stderr before the others, if it says
        anything."""
        self._blames = failed
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
        self.take(telling_source(self.index, failed=self._blames))

    def take(self, source: LogSource | MergedLogs | None) -> None:
        """Show another log of the index from its end."""
        self.source, self._landed, self._woven = source, False, None
        self.view.clear()
        if source is not None:
            self.view.growing = source.growing
            self.read_end(source)
        self.draw()

    def read_end(self, source: LogSource | MergedLogs) -> None:
        """Ask for the end of a log; of both outputs the end of each."""
        if isinstance(source, MergedLogs):
            self._each = TAIL_BYTES
            self._weave(source)
        else:
            self._read(source, -TAIL_BYTES, TAIL_BYTES)

    def read_start(self, source: LogSource | MergedLogs) -> None:
        """Ask for the beginning, and show it."""
        if isinstance(source, MergedLogs):
            self._weave(source, start=True, top=True)
        else:
            self._read(source, 0, TAIL_BYTES, top=True)

    @work(group="job-log-read", exclusive=True)
    async def _weave(self, source: MergedLogs, *, start: bool = False, top: bool = False) -> None:
        """Read both outputs anew: what came to one may belong between lines of the other."""
        try:
            reads = [self.deck.read_log(one, 0 if start else -self._each, self._each) for one in source.sources]
            parts = await asyncio.gather(*reads)
        except TuiError as error:
            self.post_message(self.Failed(error))
            return
        part = woven(source.sources, parts)
        if source != self.source or part == self._woven:
            return
        self._woven = part
        self.view.clear()
        self._add(part)
        if top:
            self.view.call_after_refresh(self.view.show_start)

    def _add(self, part: LogPart) -> None:
        if self.succeeded and self.source is not None and self.ref is not None:
            good_logs(self.deck).keep(self.ref.account, str(self.source), part.data)
        try:
            self.view.add(part)
        except OSError as error:
            self.app.notify(f"no more of this log can be held: {error.strerror}", severity="error", markup=False)

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
        if part.total == 0 and self._blames and source is not self.index.sources[0]:
            self._blames = False
            self.take(self.index.sources[0])
            return
        self._add(part)
        if top:
            self.call_after_refresh(self.view.show_start)

    @property
    def _reading(self) -> bool:
        return any(w.is_running for w in self.workers if w.group == "job-log-read")

    def _grow(self) -> None:
        """While following a log that grows, ask for what came since; skipped while a read is under way."""
        source, view = self.source, self.view
        if source is None or not (view.follow and view.growing) or self._reading:
            return
        if isinstance(source, MergedLogs):
            self._weave(source)
        else:
            self._read(source, view.log_text.end, _MORE_BYTES)

    @on(LogView.MoreWanted)
    def _more(self, message: LogView.MoreWanted) -> None:
        if isinstance(self.source, MergedLogs):
            self._each += _MORE_BYTES if message.earlier else 0
            self._weave(self.source, top=message.earlier)
        elif self.source is not None and not self._reading:
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
        self.found.tell()
        self._land()
        # Why there is no log is a sentence, and the only thing to read here.
        lines = wrapped(self.held_text(), width) if self.source is None else [self.held_text()]
        said = "\n".join(
            cut(f"{text.rstrip()} ".ljust(width, "─" if text is lines[-1] else " "), width) for text in lines
        )
        self.query_one("#held", Static).update(Content.styled(said, "dim"))
        self.found.draw(width)
        self.post_message(self.Changed())

    def _may_tell(self) -> LogSource | MergedLogs | None:
        """The log that may say why its job failed: of one that has ended, and not well."""
        return None if self.succeeded or self.source is None or self.source.growing else self.source

    def _land(self) -> None:
        """Once what is read says why the job failed, that line is marked and in view."""
        view = self.view
        if self._landed or view.telling < 0:
            return
        self._landed = True
        if view.marked < 0 and view.selection is None and not (view.needle or view.only or view.follow):
            view.call_after_refresh(view.jump, view.telling)  # behind what brings a fresh log to its end

    def held_text(self) -> str:
        """Which log, which lines, which part, and how it is shown; or why there is none."""
        view, text = self.view, self.view.log_text
        if self.source is None:
            return f"─ {self.index.why_none or ('no log' if self.asked else 'looking for logs')} "
        first, last = view.shown
        of = text.lines_text(first - 1, last - 1) if first else "no lines" if text.total == 0 else "reading"
        name = "stdout and stderr" if isinstance(self.source, MergedLogs) else self.source.stream.value
        words = [name, text.held_text() if text.total is not None else "", of]
        if view.only:
            words[2] = f"only {view.only!r} {len(view.rows):,} of {len(text):,}"
        words += ["searching" if view.busy else "", f"from line {text.number(view.since)}" if view.since else ""]
        words += ["raw" if view.raw else "", f"follow {_on(view.follow)}", f"wrap {_on(view.wrap)}"]
        words += [f"ts {_on(view.stamps)}", "g for more" if text.start else ""]
        return "─ " + ("   " if self.size.width > 100 else "  ").join(word for word in words if word) + " "


def _on(flag: bool) -> str:
    return "on" if flag else "off"

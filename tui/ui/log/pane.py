"""What the keys do with a log: search, filter, mark, select, save, show it elsewhere."""

import re
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import ClassVar

from textual import work
from textual.binding import BindingType
from textual.message import Message

from tui.domain.errors import TuiError
from tui.domain.log import LogSource
from tui.ui.bindings import bindings
from tui.ui.log.interleave import MergedLogs, choices
from tui.ui.log.reader import LogReading
from tui.ui.log.save import save_log
from tui.ui.log.timestamps import line_since
from tui.ui.present.format import size_text, span_text
from tui.ui.terminal.external import run_outside, written

__all__ = ["LogPane"]

_SPANS = {2: timedelta(minutes=1), 3: timedelta(minutes=5), 4: timedelta(minutes=15), 5: timedelta(hours=1)}
_CONTEXT = re.compile(r"-[cC] ?(\d{1,3}) +(.*)")


class LogPane(LogReading):
    """A job's log with the line above it that says what is held and the list below of what sounds like a failure."""

    DEFAULT_CSS = """
    LogPane {
        height: 1fr;
        & > #held { height: auto; }
        & > #found { height: auto; max-height: 4; display: none; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = bindings("log")

    @dataclass
    class Wanted(Message):
        """A text is to be typed: `only`, or `save` with a proposed path."""

        what: str
        value: str

    @dataclass
    class Copied(Message):
        """Text for the clipboard."""

        text: str

    # --- keys ----------------------------------------------------------------------------------------------------

    def action_found(self) -> None:
        """To the line under the mark of the list, else to the one that says why, else to the last of them."""
        self.found.jump()

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
        """The next log of this job or task; behind its outputs both as one."""
        self._blames, sources = False, choices(self.index)
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

    def _head(self, source: LogSource | MergedLogs) -> None:
        self.view.since, self.view.follow = 0, False
        if self.view.log_text.start > 0:
            self.read_start(source)
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
        elif isinstance(self.source, MergedLogs):
            self.app.notify("W saves one log as it is; s chooses which", markup=False)
        elif self.source is not None:
            name = re.sub(r"[^A-Za-z0-9._-]+", "_", f"{self.source.ref.id[:13]}-{self.source.name}")[-80:].lstrip(".-")
            self.post_message(self.Wanted("save", f"./{name}"))

    def save(self, path: str) -> None:
        """Read the whole log into a file that is not there yet."""
        if isinstance(self.source, LogSource) and path.strip():
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

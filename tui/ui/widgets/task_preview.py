"""The preview pane of the list: the task under the cursor, fetched once the cursor rests."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from textual import work
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from tui.domain.diff import differences, last_good
from tui.domain.errors import TuiError
from tui.domain.log import TAIL_BYTES, Stream
from tui.domain.task import Job, Task
from tui.platforms.clock import Clock
from tui.store.deck import Deck
from tui.ui.present.log import LogText
from tui.ui.present.preview import Seen, failed_job, preview_lines
from tui.ui.widgets.lines import cut

__all__ = ["REST", "TaskPreview"]

REST = 0.15
"""Seconds the cursor has to rest before anything is drawn or fetched."""
_TAIL_BYTES = min(8192, TAIL_BYTES)
_TAIL_LINES = 40
_KEPT = 32


class TaskPreview(Widget):
    """Takes no keys. While it is hidden nothing is fetched."""

    DEFAULT_CSS = """
    TaskPreview { display: none; height: 15; }
    """

    task_shown: reactive[Task | None] = reactive(None)
    """Whose preview is drawn."""
    seen: reactive[Seen] = reactive(Seen())
    """What was fetched of it."""

    def __init__(
        self, deck: Deck, clock: Clock, others: Callable[[], Sequence[Task]], *, id: str | None = None
    ) -> None:
        super().__init__(id=id)
        self._deck = deck
        self._clock = clock
        self._others = others
        """Every task of the list, to find a good run among."""
        self._kept: dict[tuple[Any, ...], Seen] = {}

    def show(self, task: Task | None) -> None:
        """The cursor is on this one now; what is under way for another is cancelled."""
        if task is None:
            self.workers.cancel_group(self, "preview")
            self.task_shown, self.seen = None, Seen()
        else:
            self._fetch(task)

    def renew(self, task: Task | None) -> None:
        """The same task may have changed."""
        old = self.task_shown
        if task is None or old is None or task is old or task.ref != old.ref:
            return
        if self._key(task) != self._key(old):
            self._fetch(task)
        else:
            self.task_shown = task

    @staticmethod
    def _key(task: Task) -> tuple[Any, ...]:
        return task.ref, task.status, task.progress, task.updated if task.status.is_final else None

    @work(group="preview", exclusive=True)
    async def _fetch(self, task: Task) -> None:
        await self._clock.sleep(REST)
        key = self._key(task)
        self.task_shown, self.seen = task, self._kept.get(key, Seen())
        if key in self._kept:
            return
        try:
            await self._look(task)
        except TuiError as error:
            self.seen = replace(self.seen, error=str(error))
        else:
            while len(self._kept) >= _KEPT:
                del self._kept[next(iter(self._kept))]
            self._kept[key] = self.seen

    async def _look(self, task: Task) -> None:
        detail = await self._deck.detail(task.ref)
        self.seen = Seen(detail)
        if not task.status.is_bad:
            return
        good = last_good(task, self._others())
        if good is not None:
            other = await self._deck.detail(good.ref)
            self.seen = replace(self.seen, good=good, differs=differences(other, detail, self._clock.now()))
        jobs = detail.jobs or ()
        await self._read_tail(task, failed_job(jobs))

    async def _read_tail(self, task: Task, job: Job | None) -> None:
        index = await self._deck.logs(job.ref if job is not None else task.ref)
        if not index.sources:
            self.seen = self.seen.with_log("", (index.why_none or "there is no log",))
            return
        said = [s for s in index.sources if s.stream is Stream.STDERR and s.size != 0 and s.ref == index.sources[0].ref]
        source = (said or index.sources)[0]
        part = await self._deck.read_log(source, -_TAIL_BYTES, _TAIL_BYTES)
        text = LogText()
        try:
            text.add(part)
            lines = text.text(max(0, len(text) - _TAIL_LINES), len(text)).split("\n")
        finally:
            text.close()
        name = f"{source.stream.value}, job {job.name}" if job is not None else source.stream.value
        self.seen = self.seen.with_log(name, lines)

    def render(self) -> Content:
        """Title, then as much as there is room for."""
        width, height = max(20, self.content_size.width), max(1, self.content_size.height)
        task = self.task_shown
        if task is None:
            return Content.styled(cut("── preview   (p hides) ".ljust(width, "─"), width), "dim")
        name = cut(task.name, min(width - 26, 60)).rstrip()
        title = Content.styled(cut(f"── preview: {name}  (p hides) ".ljust(width, "─"), width), "dim")
        lines = preview_lines(task, self.seen, self._clock.now(), width, height - 1)
        return Content("\n").join([title, *lines])

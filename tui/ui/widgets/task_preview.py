"""The preview pane of the list: the task under the cursor, fetched once the cursor rests.

The pane is part of the first paint, and empty then: how a task and its log are drawn is imported with the first task.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len
from textual import work
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from tui.clock import Clock
from tui.domain.errors import TuiError
from tui.domain.task import Job, Task, TaskRef
from tui.store.deck import Deck
from tui.ui.present.glyphs import RULE
from tui.ui.present.text import cut

if TYPE_CHECKING:
    from tui.ui.present.preview import Fetched

__all__ = ["REST", "TaskPreview"]

REST = 0.15
"""Seconds the cursor has to rest before anything is drawn or fetched."""
_KEPT = 32


class TaskPreview(Widget):
    """Takes no keys. While it is hidden nothing is fetched."""

    DEFAULT_CSS = """
    TaskPreview { display: none; height: 15; }
    """

    task_shown: reactive[Task | None] = reactive(None)
    """Whose preview is drawn."""
    fetched: "reactive[Fetched | None]" = reactive(None)
    """What was fetched of it; None while nothing is drawn."""

    def __init__(self, deck: Deck, clock: Clock, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._deck = deck
        self._clock = clock
        self._kept: dict[tuple[Any, ...], Fetched] = {}
        self._wanted: TaskRef | None = None
        """Whose preview is drawn, or will be once the cursor rests."""

    def show(self, task: Task | None) -> None:
        """The cursor is on this one now; what is under way for another is cancelled."""
        if (task.ref if task is not None else None) == self._wanted:
            return
        self._wanted = task.ref if task is not None else None
        if task is None:
            self.workers.cancel_group(self, "preview")
            self.task_shown, self.fetched = None, None
        else:
            self._fetch(task)

    def renew(self, task: Task | None) -> None:
        """The same task may have changed."""
        old = self.task_shown
        if task is None or old is None or task is old or not task.ref == old.ref == self._wanted:
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
        from tui.ui.present.preview import Fetched

        key = self._key(task)
        self.fetched = self._kept.get(key, Fetched())
        self.task_shown = task
        if key in self._kept:
            return
        try:
            async for fetched in self._looks(task):
                self.fetched = fetched
        except TuiError as error:
            self.fetched = replace(self.fetched or Fetched(), error=str(error))
        else:
            while len(self._kept) >= _KEPT:
                del self._kept[next(iter(self._kept))]
            self._kept[key] = self.fetched

    async def _looks(self, task: Task) -> AsyncIterator["Fetched"]:
        """More each time: the detail, of a failure also what a good run had otherwise, and the end of the log."""
        from tui.domain.diff import differences
        from tui.store.good_task import good_for
        from tui.ui.present.preview import Fetched, failed_job

        detail = await self._deck.detail(task.ref)
        yield (fetched := Fetched(detail))
        if not task.status.is_bad:
            return
        good = good_for(task, self._deck.store.snapshot)
        if good is not None:
            other = await self._deck.detail(good.ref)
            yield (fetched := replace(fetched, good=good, differs=differences(other, detail, self._clock.now())))
        yield fetched.with_log(*await self._tail(task, failed_job(detail.jobs or ())))

    async def _tail(self, task: Task, job: Job | None) -> tuple[str, Sequence[str]]:
        """Stream and job, and the last lines; without a name the sentence why there are none."""
        from tui.store.log_tail import read_tail
        from tui.ui.log.tail import lines_of

        tail = await read_tail(self._deck, job.ref if job is not None else task.ref, failed=True)
        stream = tail.source.stream.value if tail.source is not None else ""
        return f"{stream}, job {job.name}" if stream and job is not None else stream, lines_of(tail)

    def render(self) -> Content:
        """Title, then as much as there is room for."""
        width, height = max(20, self.content_size.width), max(1, self.content_size.height)
        task, fetched = self.task_shown, self.fetched
        if task is None or fetched is None:
            return Content.styled(f"{RULE * 2} preview ".ljust(width - 10, RULE) + " p hides " + RULE, "$dim")
        from tui.ui.present.preview import preview_lines

        name = cut(task.name, max(8, min(width - 25, 60))).rstrip()
        rest = max(1, width - cell_len(name) - 23)
        title = Content.assemble(
            (f"{RULE * 2} ", "$rule"),
            ("preview: ", "$dim"),
            (f"{name} ", "bold"),
            (RULE * rest, "$rule"),
            (" p hides ", "$dim"),
            (RULE, "$rule"),
        )
        project = self._deck.projects.get(task.project or "", task.project)  # by its name, as the list has it
        lines = preview_lines(replace(task, project=project), fetched, self._clock.now(), width, height - 1)
        return Content("\n").join([title, *lines])

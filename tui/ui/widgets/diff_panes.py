"""The differences between two tasks: what was chosen first, what came of it below."""

from collections.abc import Sequence

from textual import on, work
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tui.clock import Clock
from tui.domain.detail import TaskDetail
from tui.domain.diff import Difference, differences
from tui.domain.errors import TuiError
from tui.domain.task import Task, TaskRef
from tui.store.deck import Deck
from tui.store.good_task import good_for, good_step
from tui.ui.messages import View
from tui.ui.present.cells import Cell
from tui.ui.present.diff import diff_cells, diff_columns, full_text, kind_counts
from tui.ui.present.format import status_text
from tui.ui.present.head import Head
from tui.ui.present.text import cut
from tui.ui.widgets.panes import Panes
from tui.ui.widgets.virtual_table import VirtualTable

__all__ = ["DiffPanes"]


class DiffPanes(Panes):
    """Both tasks, the differences, and the one under the cursor whole."""

    PLACE = "diff"

    def __init__(self, ref: TaskRef, deck: Deck, clock: Clock, other: TaskRef | None = None) -> None:
        super().__init__(ref, deck, clock)
        self.other = other
        self._sides: tuple[TaskDetail, TaskDetail] | None = None
        self.found: dict[str, Difference] = {}
        """The differences by their paths."""
        self._needle = ""
        self._nothing = ""

    def compose(self) -> ComposeResult:
        """Both tasks, the differences, and the one under the cursor whole."""
        yield Static(id="sides", markup=False)
        yield VirtualTable(diff_columns(80), self._cells, id="differences")
        with VerticalScroll(id="whole-scroll", can_focus=False):
            yield Static(id="whole", markup=False)

    def opened(self) -> None:
        """Keys go to the differences."""
        super().opened()
        self.focus_body()

    def resized(self) -> None:
        """The values share the room."""
        self.table.set_columns(diff_columns(self.width))

    @property
    def table(self) -> VirtualTable:
        """The differences."""
        return self.query_one("#differences", VirtualTable)

    @property
    def task_now(self) -> Task | None:
        """This task as last known."""
        return self._sides[0].task if self._sides else self.snapshot.task(self.ref)

    def focus_body(self) -> None:
        """Keys go to the differences."""
        self.table.focus()

    # --- loading -------------------------------------------------------------------------------------------------

    def tick(self) -> None:
        """Two tasks are compared as they were when asked; `r` asks again."""

    def settled(self) -> bool:
        """The age is said, and nothing more is promised."""
        return True

    def reload(self) -> None:
        """Ask for both again."""
        self._load()

    @work(group="diff-load", exclusive=True)
    async def _load(self) -> None:
        asked = self.now
        try:
            one = await self.deck.detail(self.ref)
            other = self.other or await self._good(one.task)
            if other is None:
                self._nothing = (
                    "no success of the same app is known to compare it with; mark two tasks, then D"
                    if self.ref.job is None
                    else "no good run of its app is known that has this step"
                )
                self.fetched = asked
                self.draw()
                return
            two = await self.deck.detail(other)
        except TuiError as error:
            self.failed(error)
            return
        if not self.is_attached:  # left meanwhile
            return
        self.other, self.error, self.fetched, self._nothing = other, "", asked, ""
        self._sides = one, two
        self.found = {found.path: found for found in differences(one, two, self.now)}
        self._show()

    async def _good(self, task: Task) -> TaskRef | None:
        """What it is best compared with: of a step of a plain task the same step of a good run."""
        good = good_for(task, self.snapshot)
        if good is None and task.ref.job is not None:
            return await good_step(self.deck, task, self.snapshot)
        return None if good is None else good.ref

    def _show(self) -> None:
        needle = self._needle.casefold()
        keys = [key for key, found in self.found.items() if needle in f"{key} {found.a} {found.b}".casefold()]
        self.table.show(keys)
        self.table.redraw()
        self._draw_whole()
        self.draw()

    def _cells(self, key: str) -> Sequence[Cell]:
        return diff_cells(self.found[key]) if key in self.found else [Cell("")] * 3

    # --- words ---------------------------------------------------------------------------------------------------

    def header(self) -> Head:
        """How many differences, and where."""
        if self._sides is None:
            return Head(f"diff  {self.ref}", "", None, (), (str(self.other) if self.other else None,))
        number = len(self.found)
        said = f"{number} difference{'s' if number != 1 else ''}" if number else "nothing differs"
        return Head("diff", said, None, (self.ref.account,), (kind_counts(list(self.found.values())),))

    def draw(self) -> None:
        """Header, and one line for each of the two."""
        super().draw()
        if not self.drawable:
            return
        width, lines = self.width, []
        for label, detail in zip(("this ", "other"), self._sides or (), strict=False):
            task = detail.task
            said = f" {label} {task.name}   {status_text(task, self.now)}   {task.ref}"
            lines.append(Content(cut(said, width)))
        self.query_one("#sides", Static).update(Content("\n").join(lines))

    def next_text(self) -> str:
        """Why there is nothing."""
        if self._nothing:
            return self._nothing
        if self._sides is not None and not self.found:
            return "inputs, settings, app, machine, price and times are the same"
        return "reading both tasks" if self._sides is None and not self.error else ""

    def crumb(self) -> str:
        """Where we are."""
        return f"tasks > {self.ref.id[:13]} > diff" + (f" with {self.other.id[:13]}" if self.other else "")

    @on(VirtualTable.Moved)
    def _moved(self) -> None:
        self._draw_whole()

    @property
    def found_here(self) -> Difference | None:
        """The difference under the cursor."""
        return self.found.get(self.table.target or "")

    def _draw_whole(self) -> None:
        found = self.found_here
        parts: list[Content] = []
        if found is not None:
            parts.append(Content.styled(found.path, "bold"))
            for label, value in (("this", found.a), ("other", found.b)):
                parts += [Content.styled(label, "dim"), *(Content(f"  {text}") for text in full_text(value))]
        self.query_one("#whole", Static).update(Content("\n").join(parts))

    # --- keys ----------------------------------------------------------------------------------------------------

    def typed(self, what: str, text: str) -> None:
        """Show only differences that hold it."""
        self._needle = text
        self._show()

    def step(self, way: int) -> None:
        """To the next or previous difference."""
        self.table.action_move(way)

    @on(VirtualTable.Chosen)
    def _open(self) -> None:
        self.requests.open(View.JOB if self.ref.job is not None else View.DETAIL, self.ref)

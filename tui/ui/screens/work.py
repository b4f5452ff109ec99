"""What the screens about one thing share: a header of two lines, a body, a prompt for searching, a line of keys."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input, Static

from tui.domain.errors import TuiError
from tui.domain.task import Task, TaskRef
from tui.platforms.clock import Clock
from tui.store.deck import Deck
from tui.store.snapshot import EMPTY, Snapshot
from tui.ui.present.fact import age_text, span_text
from tui.ui.widgets.lines import cut

__all__ = ["Opened", "View", "WorkScreen", "status_text", "two_ends"]


class View(StrEnum):
    """What can be opened of a task or job."""

    DETAIL = "detail"
    BATCH = "batch"
    JOB = "job"
    LOG = "log"
    ACTIONS = "actions"
    TRIAGE = "triage"
    DIFF = "diff"
    COPY = "copy"
    RAW = "raw"


@dataclass
class Opened(Message):
    """The user wants to see something; the app answers by pushing its screen."""

    ref: TaskRef
    """What."""
    view: View
    """How."""
    text: str = ""
    """What to copy, for `COPY`."""


def status_text(task: Task, now: datetime) -> str:
    """Status with its age or its running time: `FAILED 41m ago`, `RUNNING 3h12m`."""
    word = task.status.value.upper()
    if task.status.is_final:
        return f"{word} {age_text(task.ended, now)}" if task.ended else word
    span = task.duration(now) or task.queued(now)
    return f"{word} {span_text(span)}" if span is not None else word


def two_ends(left: str, right: str, width: int) -> str:
    """`left` cut so that `right` stands at the right edge."""
    room = width - cell_len(right) - 1
    return f"{cut(left, room)} {right}" if right and room > 8 else cut(left, width)


class WorkScreen(Screen[None]):
    """A screen about one task or job, drawn from what is known and updated in place."""

    DEFAULT_CSS = """
    WorkScreen {
        & > #facts { height: 2; }
        & > .rule { height: 1; color: $foreground 25%; }
        & > #next { height: 1; color: $text-primary; }
        & > #find { height: 1; border: none; padding: 0; display: none; background: $surface; }
        & > #find.-open { display: block; }
        & > #crumb { height: 1; color: $text-muted; }
        & > #keys { height: 1; color: $text-muted; }
        & .bad { color: $text-error; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "back", "back", id="screen.back"),
        Binding("r,ctrl+r", "reload", "refresh", id="screen.reload", show=False),
        Binding("/", "find", "find", id="screen.find"),
        Binding("n", "step(1)", "next", id="screen.next", show=False),
        Binding("N", "step(-1)", "previous", id="screen.previous", show=False),
        Binding("tab", "app.focus_next", "pane", show=False),
        Binding("shift+tab", "app.focus_previous", "pane", show=False),
    ]

    snapshot: reactive[Snapshot] = reactive(EMPTY)
    """All lists as last known; bound to the app's."""
    error: reactive[str] = reactive("")
    """Why the latest load failed, or empty."""
    read_only: reactive[bool] = reactive(False)
    """Nothing can be changed here."""
    KEYS: ClassVar[str] = ""
    """The line of keys."""

    def __init__(self, ref: TaskRef, deck: Deck, clock: Clock) -> None:
        super().__init__()
        self.ref = ref
        self.deck = deck
        self.clock = clock
        self.fetched: datetime | None = None
        """When the data shown was asked for."""

    def compose(self) -> ComposeResult:
        """Header, body, prompt, keys."""
        yield Static(id="facts", markup=False)
        yield Static("─" * 400, classes="rule", markup=False)
        yield from self.body()
        yield Static(id="next", markup=False)
        yield Input(id="find", placeholder="find")
        yield Static("─" * 400, classes="rule", markup=False)
        yield Static(id="crumb", markup=False)
        yield Static(self.KEYS, id="keys", markup=False)

    def body(self) -> Iterable[Widget]:
        """The widgets between the rules."""
        yield Vertical()

    def on_mount(self) -> None:
        """Ask at once, and draw ages once a second."""
        self.action_reload()
        self.set_interval(1.0, self.draw)
        self.set_interval(5.0, self.tick)

    def on_resize(self) -> None:
        """The header fills the width."""
        self.draw()

    @property
    def now(self) -> datetime:
        """The clock's time."""
        return self.clock.now()

    @property
    def task_now(self) -> Task | None:
        """The task as last known by anyone."""
        return self.snapshot.task(self.ref)

    def tick(self) -> None:
        """Ask again where the answer can still change; skipped while one is under way."""
        task = self.task_now
        if (task is None or not task.status.is_final) and not any(w.is_running for w in self.workers if w.node is self):
            self.action_reload()

    def action_reload(self) -> None:
        """Ask now."""

    def watch_snapshot(self, old: Snapshot, new: Snapshot) -> None:
        """A task that changed elsewhere is asked for again."""
        before, after = old.task(self.ref), new.task(self.ref)
        if self.is_mounted and before is not None and after is not None and before.status is not after.status:
            self.action_reload()

    def watch_error(self) -> None:
        """Say it in the header."""
        if self.is_mounted:
            self.draw()

    def failed(self, error: TuiError) -> None:
        """Keep what is shown and say why it is not newer."""
        self.error = str(error)

    def draw(self) -> None:
        """Write the header, the next line and the crumb anew."""
        width = max(20, self.size.width)
        first, second, first_right = self.header()
        right = "  ".join(t for t in (first_right, "READ-ONLY" if self.read_only else "", self._age()) if t)
        lines = [Content.styled(two_ends(first, right, width), "bold")]
        if self.error:
            lines.append(Content.styled(cut(f"! {self.error}", width), "$text-error"))
        else:
            lines.append(Content.styled(cut(second, width), "dim"))
        self.query_one("#facts", Static).update(Content("\n").join(lines))
        self.query_one("#next", Static).update(Content(cut(self.next_text(), width)))
        self.query_one("#crumb", Static).update(Content(two_ends(self.crumb(), self.place(), width)))

    def _age(self) -> str:
        if self.fetched is None:
            return "loading"
        age = self.now - self.fetched
        words = f"{span_text(age)} old"
        return f"STALE {words}" if age.total_seconds() > 12 and not self.settled() else words

    def settled(self) -> bool:
        """The answer cannot change any more, so its age does not matter."""
        task = self.task_now
        return task is not None and task.status.is_final

    def header(self) -> tuple[str, str, str]:
        """First line, second line, and what stands at the right of the first."""
        return (str(self.ref), "", "")

    def next_text(self) -> str:
        """What to press, by the state shown."""
        return ""

    def crumb(self) -> str:
        """Where we are."""
        return f"tasks > {self.ref.id[:13]}"

    def place(self) -> str:
        """What stands at the right of the crumb."""
        return ""

    # --- search --------------------------------------------------------------------------------------------------

    def action_back(self) -> None:
        """Leave the search, else the screen."""
        find = self.query_one("#find", Input)
        if find.has_class("-open") or find.value:
            self._close_find()
            self.search("")
        else:
            self.dismiss()

    def action_find(self) -> None:
        """Open the prompt."""
        find = self.query_one("#find", Input)
        find.add_class("-open")
        find.focus()

    def _close_find(self) -> None:
        find = self.query_one("#find", Input)
        find.remove_class("-open")
        find.value = ""
        self.focus_body()

    def focus_body(self) -> None:
        """Give the keys back to the body."""
        self.screen.focus_next()

    @on(Input.Changed, "#find")
    def _typed(self, message: Input.Changed) -> None:
        if message.input.has_class("-open"):
            self.search(message.value)

    @on(Input.Submitted, "#find")
    def _found(self) -> None:
        self.query_one("#find", Input).remove_class("-open")
        self.focus_body()
        self.action_step(1)

    def search(self, needle: str) -> None:
        """Mark what holds the needle; empty ends the search."""

    def action_step(self, way: int) -> None:
        """To the next or previous find or failure."""

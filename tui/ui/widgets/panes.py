"""What a screen about one thing holds between its rules: its panes, and the words of the lines around them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import ClassVar, Protocol, cast, runtime_checkable

from textual.containers import Vertical
from textual.reactive import reactive
from textual.widgets import Input

from tui.clock import Clock
from tui.domain.action import Verb
from tui.domain.errors import TuiError
from tui.domain.query import FilterScope
from tui.domain.task import Task, TaskRef
from tui.domain.triage import Group
from tui.store.deck import Deck
from tui.store.snapshot import EMPTY, Snapshot
from tui.ui.keymap import PANES
from tui.ui.messages import Acted, Copied, Opened, View
from tui.ui.present.head import Head

__all__ = ["EVERY", "Frame", "Narrowed", "Panes", "Requests"]

EVERY = timedelta(seconds=5)
"""Between two looks at what can still change."""


class Frame(Protocol):
    """The lines around the panes, as the panes need them."""

    @property
    def prompt(self) -> Input:
        """The line where something is typed."""

    @property
    def filter_scope(self) -> FilterScope:
        """How filters are read and what they know."""

    @property
    def drawable(self) -> bool:
        """Its lines are here."""

    def draw_lines(self) -> None:
        """Write the lines around the panes anew."""

    def ask(self, what: str, value: str = "", hint: str = "") -> None:
        """Open the prompt for something."""

    async def choose(self, title: str, choices: Sequence[str], chosen: int = 0, letters: str = "") -> int | None:
        """Let the user choose from a short list: the place of the choice from 0, or None."""

    def dismiss(self) -> object:
        """Leave the screen."""


@runtime_checkable
class Narrowed(Protocol):
    """A screen of children that can be narrowed to those of one group of failures."""

    @property
    def ref(self) -> TaskRef:
        """Whose children."""

    def narrow(self, group: Group) -> None:
        """Show only the children of one group."""


class Requests:
    """What a screen asks the app for. Posted at the screen, from which it has the shortest way to the app: the next key
    must not overtake it."""

    def __init__(self, panes: "Panes") -> None:
        self._panes = panes

    def open(self, view: View, ref: TaskRef | None = None, other: TaskRef | None = None) -> None:
        """Ask the app for another screen, about this task where `ref` is None."""
        self._panes.screen.post_message(Opened(ref or self._panes.ref, view, other))

    def copy(self, text: str) -> None:
        """Ask the app to copy a text."""
        self._panes.screen.post_message(Copied(text))

    def act(self, verb: Verb | None = None, refs: tuple[TaskRef, ...] = ()) -> None:
        """Ask the app for the menu or for a plan: about what is inside, or about this itself."""
        self._panes.screen.post_message(Acted(refs, verb, self._panes.ref))


class Panes(Vertical):
    """The panes about one task or job, drawn from what is known and updated in place."""

    PLACE: ClassVar[str] = "screen"
    """Where they stand in the key map, which the line of keys is made from."""

    snapshot: reactive[Snapshot] = reactive(EMPTY)
    """All lists as last known; bound to the screen's."""
    error: reactive[str] = reactive("")
    """Why the latest load failed, or empty."""

    def __init__(self, ref: TaskRef, deck: Deck, clock: Clock) -> None:
        super().__init__(id="body")
        # What is bound arrives after the first question, which must not ask the platform for what is here.
        self.set_reactive(Panes.snapshot, deck.store.snapshot)
        self.ref = ref
        self.deck = deck
        self.clock = clock
        self.requests = Requests(self)
        self.fetched: datetime | None = None
        """When the data shown was asked for."""

    @property
    def frame(self) -> Frame:
        """The screen that holds these panes."""
        return cast(Frame, self.screen)

    @property
    def stands(self) -> bool:
        """It is on a screen; it goes before the screen does, while an answer may be on its way."""
        return self.is_mounted and self.is_attached

    @property
    def drawable(self) -> bool:
        """The lines around it are here, too."""
        return self.stands and self.frame.drawable

    @property
    def width(self) -> int:
        """Of the screen, in cells; at least 20."""
        return max(20, self.screen.size.width)

    @property
    def now(self) -> datetime:
        """The clock's time."""
        return self.clock.now()

    @property
    def shown(self) -> tuple[str, ...]:
        """The panes that are shown, by their place in the key map."""
        return PANES[self.PLACE]

    @property
    def task_now(self) -> Task | None:
        """The task as last known by anyone."""
        return self.snapshot.task(self.ref)

    @property
    def pointed(self) -> Task | None:
        """What keys that only look are about: the task, or what the cursor stands on."""
        return self.task_now

    def focus_body(self) -> None:
        """Give the keys to the pane that is shown."""
        self.screen.focus_next()

    def focus_moved(self) -> None:
        """Another pane, or the prompt, has the keys."""

    def opened(self) -> None:
        """The screen stands: ask at once."""
        self.reload()

    def resumed(self) -> None:
        """Back from another screen."""

    def resized(self) -> None:
        """The screen has another size."""

    def tick(self) -> None:
        """Ask again where the answer can still change; skipped while one is under way."""
        task = self.task_now
        if (task is None or not task.status.is_final) and not any(w.is_running for w in self.workers if w.node is self):
            self.reload()

    def reload(self) -> None:
        """Ask now."""

    def watch_snapshot(self, old: Snapshot, new: Snapshot) -> None:
        """A task that changed elsewhere is asked for again."""
        before, after = old.task(self.ref), new.task(self.ref)
        if self.stands and before is not None and after is not None and before.status is not after.status:
            self.reload()

    def watch_error(self) -> None:
        """Say it in the header."""
        if self.stands:
            self.draw()

    def failed(self, error: TuiError) -> None:
        """Keep what is shown and say why it is not newer."""
        self.error = str(error)

    def stale(self) -> bool:
        """What is shown is older than two of the intervals at which it is asked for (R25)."""
        return self.fetched is not None and self.now - self.fetched > 2 * EVERY

    def settled(self) -> bool:
        """The answer cannot change any more, so its age does not matter."""
        task = self.task_now
        return task is not None and task.status.is_final

    # --- the words of the lines around ---------------------------------------------------------------------------

    def draw(self) -> None:
        """Write the lines around the panes anew."""
        if self.stands:
            self.frame.draw_lines()

    def header(self) -> Head:
        """What stands above."""
        return Head(str(self.ref))

    def next_text(self) -> str:
        """What to press, by the state shown."""
        return ""

    def crumb(self) -> str:
        """Where we are."""
        return f"tasks > {self.ref.id[:13]}"

    def place(self) -> str:
        """What stands at the right of the crumb."""
        return ""

    # --- what the user asks for ----------------------------------------------------------------------------------

    def find(self) -> None:
        """Open the prompt for a search."""
        self.frame.ask("find")

    def typed(self, what: str, text: str) -> None:
        """The prompt's text changed; empty ends what it was for."""

    def entered(self, what: str, text: str) -> None:
        """Enter in the prompt."""
        if what == "find":
            self.step(1)

    def undo(self) -> bool:
        """Take back one thing that narrows what is shown; False where there is none."""
        return False

    def close_inner(self) -> bool:
        """Leave what is shown in place of the panes and looks like a screen; False where there is none."""
        return False

    def step(self, way: int) -> None:
        """To the next or previous find or failure."""

    def say(self, text: str) -> None:
        """One line for the user; the text may be anybody's."""
        self.notify(text, markup=False)

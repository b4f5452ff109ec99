"""What the screens about one thing share: a header of two lines, a body, a prompt, a line of keys."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import ClassVar

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.events import Key
from textual.reactive import reactive
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input, Static

from tui.clock import Clock
from tui.domain.action import Verb
from tui.domain.errors import TuiError
from tui.domain.query import Context, FilterScope, Language
from tui.domain.task import Task, TaskRef
from tui.store.deck import Deck
from tui.store.snapshot import EMPTY, Snapshot
from tui.ui.bindings import bindings, unbound_text
from tui.ui.keymap import PANES, on_screen
from tui.ui.messages import Acted, AddressShown, Copied, Opened, View
from tui.ui.present.format import span_text
from tui.ui.present.keys import key_pieces
from tui.ui.present.text import cut, row
from tui.ui.present.zone import display_zone
from tui.ui.widgets.head import Head, first_line, second_line
from tui.ui.widgets.words import StyledLines

__all__ = ["EVERYWHERE", "WorkScreen", "two_ends"]

EVERYWHERE = TaskRef("", "")
"""Stands for all tasks of all accounts."""
_SHORT = 30
"""Rows under which a line has to earn its place."""
_EVERY = timedelta(seconds=5)
"""Between two looks at what can still change."""


def two_ends(left: str, right: str, width: int) -> str:
    """`left` cut so that `right` stands at the right edge."""
    room = width - cell_len(right) - 1
    return f"{cut(left, room)} {right}" if right and room > 8 else cut(left, width)


class WorkScreen(Screen[None]):
    """A screen about one task or job, drawn from what is known and updated in place."""

    DEFAULT_CSS = """
    WorkScreen {
        & > #facts { height: 2; }
        & > .rule { height: 1; color: $rule; }
        & > #next { height: 1; color: $accent; display: none; }
        &.-roomy > #next { display: block; }
        & > #find { height: 1; border: none; padding: 0; display: none; background: $surface; }
        & > #find.-open { display: block; }
        & > #crumb { height: 1; color: $text-muted; }
        &.-no-head > #facts, &.-no-head > #head-rule, &.-tiny > #facts, &.-tiny > #head-rule { display: none; }
        &.-low > #facts, &.-low > #head-rule, &.-tiny > #keys { display: none; }
    }
    """
    VERTICAL_BREAKPOINTS = [(0, "-tiny"), (18, "-low"), (20, "-tall"), (_SHORT, "-roomy")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = bindings("screen")

    snapshot: reactive[Snapshot] = reactive(EMPTY)
    """All lists as last known; bound to the app's."""
    error: reactive[str] = reactive("")
    """Why the latest load failed, or empty."""
    read_only: reactive[bool] = reactive(False)
    """Nothing can be changed here."""
    PLACE: ClassVar[str] = "screen"
    """Where it stands in the key map, which its line of keys is made from."""

    def __init__(self, ref: TaskRef, deck: Deck, clock: Clock) -> None:
        super().__init__()
        # What is bound arrives after the first question, which must not ask the platform for what is here.
        self.set_reactive(WorkScreen.snapshot, deck.store.snapshot)
        self.ref = ref
        self.deck = deck
        self.clock = clock
        self.fetched: datetime | None = None
        """When the data shown was asked for."""
        self.asking = ""
        """What the prompt is open for: `find`, or a word of the screen's own."""
        self._unbound = ""
        """What is said of the last key, where it does nothing here; until another key is pressed."""

    @property
    def filter_scope(self) -> FilterScope:
        """How filters are read and what they know: the list's, where this screen stands over one."""
        scope = getattr(self.app, "filter_scope", None)
        if isinstance(scope, FilterScope):
            return scope
        language = Language(accounts=self.deck.handles)
        return FilterScope(language, self._plain_context)

    def _plain_context(self) -> Context:
        return Context(now=self.now, zone=display_zone(), me=self.deck.me, projects=self.deck.projects)

    def compose(self) -> ComposeResult:
        """Header, body, prompt, keys."""
        yield Static(id="facts", markup=False)
        yield Static("─" * 400, id="head-rule", classes="rule", markup=False)
        yield from self.body()
        yield Static(id="next", markup=False)
        yield Input(id="find")
        yield Static("─" * 400, classes="rule", markup=False)
        yield Static(id="crumb", markup=False)
        yield StyledLines(id="keys")

    def body(self) -> Iterable[Widget]:
        """The widgets between the rules."""
        yield Vertical()

    def on_mount(self) -> None:
        """Ask at once, and draw ages once a second."""
        self.action_reload()
        self.set_interval(1.0, self.draw)
        self.set_interval(_EVERY.total_seconds(), self.tick)

    def on_key(self, event: Key) -> None:
        """A key that does nothing here says so in the line above the keys."""
        said = "" if self.focused is self.prompt else unbound_text(self, event)
        if said != self._unbound:
            self._unbound = said
            self.draw()

    def on_resize(self) -> None:
        """The header fills the width."""
        self.draw()

    @property
    def now(self) -> datetime:
        """The clock's time."""
        return self.clock.now()

    @property
    def panes(self) -> tuple[str, ...]:
        """The panes that are shown, by their place in the key map."""
        return PANES[self.PLACE]

    @property
    def task_now(self) -> Task | None:
        """The task as last known by anyone."""
        return self.snapshot.task(self.ref)

    def project_of(self, task: Task) -> str | None:
        """Its project by the name the list shows, where the account has told one."""
        return self.deck.projects.get(task.project or "", task.project)

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

    @property
    def drawable(self) -> bool:
        """Its widgets are here: they come after the screen, and go before it, while an answer may be on its way."""
        return self.is_mounted and len(self.query("#facts, #next, #keys, #crumb")) == 4

    def draw(self) -> None:
        """Write the header, the next line and the crumb anew."""
        if not self.drawable:
            return
        width = max(20, self.size.width)
        head = self.header()
        right = [("READ-ONLY" if self.read_only else "", "$warn"), *self._age()]
        below = Content.styled(cut(f"! {self.error}", width), "$fail") if self.error else second_line(head, width)
        self.query_one("#facts", Static).update(Content("\n").join([first_line(head, right, width), below]))
        said = self.next_text()
        self.query_one("#next", Static).update(Content(cut(said, width)))
        self.query_one("#keys", StyledLines).show(row(key_pieces(on_screen(self.PLACE, self.panes), width)))
        self.query_one("#crumb", Static).update(self._foot(said, width))

    def _foot(self, said: str, width: int) -> Content:
        """Where one is; on a short screen what to press stands in its place, for it is worth more than a line."""
        if self._unbound or not said or self.size.height >= _SHORT:
            return Content(two_ends(self._unbound or self.crumb(), self.place(), width))
        return Content.styled(two_ends(said, self.place(), width), "$accent")

    def _age(self) -> list[tuple[str, str]]:
        if self.fetched is None:
            return [("loading", "dim")] if not self.error else []
        age = self.now - self.fetched
        words = f"{span_text(age)} old"
        if self.stale() and not self.settled():
            return [(f"STALE {words}", "bold $warn")]
        return [(words, "dim")]

    def stale(self) -> bool:
        """What is shown is older than two of the intervals at which it is asked for (R25)."""
        return self.fetched is not None and self.now - self.fetched > 2 * _EVERY

    def settled(self) -> bool:
        """The answer cannot change any more, so its age does not matter."""
        task = self.task_now
        return task is not None and task.status.is_final

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

    def say(self, text: str) -> None:
        """One line for the user; the text may be anybody's."""
        self.notify(text, markup=False)

    def open(self, view: View, ref: TaskRef | None = None, other: TaskRef | None = None) -> None:
        """Ask the app for another screen, about this task where `ref` is None."""
        self.post_message(Opened(ref or self.ref, view, other))

    def copy(self, text: str) -> None:
        """Ask the app to copy a text."""
        self.post_message(Copied(text))

    def act(self, verb: Verb | None = None, refs: tuple[TaskRef, ...] = ()) -> None:
        """Ask the app for the menu or for a plan: about what is inside, or about this itself."""
        self.post_message(Acted(refs, verb, self.ref))

    # --- the prompt ----------------------------------------------------------------------------------------------

    @property
    def prompt(self) -> Input:
        """The line where something is typed."""
        return self.query_one("#find", Input)

    def ask(self, what: str, value: str = "", hint: str = "") -> None:
        """Open the prompt for something."""
        self.asking = what
        self.prompt.placeholder = hint or what
        self.prompt.value = value
        self.prompt.add_class("-open")
        self.prompt.focus()

    def action_back(self) -> None:
        """Leave the prompt, then what was searched or filtered, else the screen."""
        if self.prompt.has_class("-open"):
            self._close()
            self.typed(self.asking, "")
        elif not self.undo():
            self.dismiss()

    def action_leave(self) -> None:
        """Leave the screen."""
        self.dismiss()

    def undo(self) -> bool:
        """Take back one thing that narrows what is shown; False where there is none."""
        if self.prompt.value and self.asking == "find":
            self.prompt.value = ""
            self.typed("find", "")
            return True
        return False

    def action_find(self) -> None:
        """Open the prompt for a search."""
        self.ask("find")

    def _close(self) -> None:
        self.prompt.remove_class("-open")
        self.prompt.value = ""
        self.focus_body()

    def focus_body(self) -> None:
        """Give the keys back to the body."""
        self.screen.focus_next()

    @on(Input.Changed, "#find")
    def _typed(self, message: Input.Changed) -> None:
        if message.input.has_class("-open"):
            self.typed(self.asking, message.value)

    @on(Input.Submitted, "#find")
    def _entered(self, message: Input.Submitted) -> None:
        self.prompt.remove_class("-open")
        self.focus_body()
        self.entered(self.asking, message.value)

    def typed(self, what: str, text: str) -> None:
        """The prompt's text changed; empty ends what it was for."""

    def entered(self, what: str, text: str) -> None:
        """Enter in the prompt."""
        if what == "find":
            self.action_step(1)

    def action_step(self, way: int) -> None:
        """To the next or previous find or failure."""

    def action_head(self) -> None:
        """The two lines above, on and off."""
        self.toggle_class("-no-head")

    def action_full(self) -> None:
        """One pane only, or both again."""
        self.toggle_class("-full")

    @property
    def pointed(self) -> Task | None:
        """What keys that only look are about: the task, or what the cursor stands on."""
        return self.task_now

    def action_address(self) -> None:
        """Show the whole address of its page, to open or copy it."""
        self.post_message(AddressShown((self.pointed.url if self.pointed else None) or ""))

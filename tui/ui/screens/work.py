"""What the screens about one thing share: a header of two lines, panes, a prompt, a line of keys."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.events import DescendantFocus, Key
from textual.reactive import reactive
from textual.screen import Screen
from textual.widgets import Input, Static

from tui.domain.query import Context, FilterScope, Language
from tui.domain.task import Task, TaskRef
from tui.store.snapshot import EMPTY, Snapshot
from tui.ui.bindings import bindings, unbound_text
from tui.ui.keymap import on_screen
from tui.ui.messages import AddressShown
from tui.ui.present.format import span_text
from tui.ui.present.head import first_line, second_line
from tui.ui.present.keys import key_pieces
from tui.ui.present.text import cut, row
from tui.ui.present.zone import display_zone
from tui.ui.screens.choose import ChooseScreen
from tui.ui.widgets.panes import EVERY, Panes
from tui.ui.widgets.words import StyledLines

__all__ = ["WorkScreen", "two_ends"]

_SHORT = 30
"""Rows under which a line has to earn its place."""


def two_ends(left: str, right: str, width: int) -> str:
    """`left` cut so that `right` stands at the right edge."""
    room = width - cell_len(right) - 1
    return f"{cut(left, room)} {right}" if right and room > 8 else cut(left, width)


class WorkScreen(Screen[None]):
    """The frame around panes about one task or job; what it says and what its keys do is theirs."""

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

    def __init__(self, panes: Panes) -> None:
        super().__init__()
        self.set_reactive(WorkScreen.snapshot, panes.deck.store.snapshot)
        self.panes = panes
        self.asking = ""
        """What the prompt is open for: `find`, or a word of the panes' own."""
        self._unbound = ""
        """What is said of the last key, where it does nothing here; until another key is pressed."""

    @property
    def ref(self) -> TaskRef:
        """What it is about."""
        return self.panes.ref

    @property
    def task_now(self) -> Task | None:
        """The same as last known by anyone."""
        return self.panes.task_now

    @property
    def topic(self) -> str:
        """Its place in the key map."""
        return self.panes.PLACE

    @property
    def read_only(self) -> bool:
        """Nothing can be changed here."""
        handle = self.panes.deck.handles.get(self.ref.account)
        return handle is not None and handle.read_only

    @property
    def filter_scope(self) -> FilterScope:
        """How filters are read and what they know: the list's, where this screen stands over one."""
        scope = getattr(self.app, "filter_scope", None)
        if isinstance(scope, FilterScope):
            return scope
        return FilterScope(Language(accounts=self.panes.deck.handles), self._plain_context)

    def _plain_context(self) -> Context:
        deck = self.panes.deck
        return Context(now=self.panes.now, zone=display_zone(), me=deck.me, projects=deck.projects)

    def compose(self) -> ComposeResult:
        """Header, panes, prompt, keys."""
        yield Static(id="facts", markup=False)
        yield Static("─" * 400, id="head-rule", classes="rule", markup=False)
        yield self.panes.data_bind(WorkScreen.snapshot)
        yield Static(id="next", markup=False)
        yield Input(id="find")
        yield Static("─" * 400, classes="rule", markup=False)
        yield Static(id="crumb", markup=False)
        yield StyledLines(id="keys")

    def on_mount(self) -> None:
        """Ask at once, and draw ages once a second."""
        self.set_interval(1.0, self.panes.draw)
        self.set_interval(EVERY.total_seconds(), self.panes.tick)
        self.panes.opened()

    def on_screen_resume(self) -> None:
        """Back from another screen."""
        self.panes.resumed()

    def on_key(self, event: Key) -> None:
        """A key that does nothing here says so in the line above the keys."""
        said = "" if self.focused is self.prompt else unbound_text(self, event)
        if said != self._unbound:
            self._unbound = said
            self.panes.draw()

    def on_resize(self) -> None:
        """The header fills the width."""
        self.panes.draw()
        self.panes.resized()

    @on(DescendantFocus)
    def _focus_moved(self) -> None:
        self.panes.focus_moved()

    # --- the lines around the panes ------------------------------------------------------------------------------

    @property
    def drawable(self) -> bool:
        """Its widgets are here: they come after the screen, and go before it, while an answer may be on its way."""
        return self.is_mounted and len(self.query("#facts, #next, #keys, #crumb")) == 4

    def draw_lines(self) -> None:
        """Write the header, the next line and the crumb anew."""
        if not self.drawable:
            return
        width, panes = max(20, self.size.width), self.panes
        head = panes.header()
        right = [("READ-ONLY" if self.read_only else "", "$warn"), *self._age(panes.now)]
        below = Content.styled(cut(f"! {panes.error}", width), "$fail") if panes.error else second_line(head, width)
        self.query_one("#facts", Static).update(Content("\n").join([first_line(head, right, width), below]))
        said = panes.next_text()
        self.query_one("#next", Static).update(Content(cut(said, width)))
        self.query_one("#keys", StyledLines).show(row(key_pieces(on_screen(panes.PLACE, panes.shown), width)))
        self.query_one("#crumb", Static).update(self._foot(said, width))

    def _foot(self, said: str, width: int) -> Content:
        """Where one is; on a short screen what to press stands in its place, for it is worth more than a line."""
        panes = self.panes
        if self._unbound or not said or self.size.height >= _SHORT:
            return Content(two_ends(self._unbound or panes.crumb(), panes.place(), width))
        return Content.styled(two_ends(said, panes.place(), width), "$accent")

    def _age(self, now: datetime) -> list[tuple[str, str]]:
        panes = self.panes
        if panes.fetched is None:
            return [("loading", "dim")] if not panes.error else []
        words = f"{span_text(now - panes.fetched)} old"
        if panes.stale() and not panes.settled():
            return [(f"STALE {words}", "bold $warn")]
        return [(words, "dim")]

    async def choose(self, title: str, choices: Sequence[str], chosen: int = 0, letters: str = "") -> int | None:
        """Let the user choose from a short list: the place of the choice from 0, or None."""
        return await self.app.push_screen_wait(ChooseScreen(title, choices, chosen, letters))

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

    @on(Input.Changed, "#find")
    def _typed(self, message: Input.Changed) -> None:
        if message.input.has_class("-open"):
            self.panes.typed(self.asking, message.value)

    @on(Input.Submitted, "#find")
    def _entered(self, message: Input.Submitted) -> None:
        self.prompt.remove_class("-open")
        self.panes.focus_body()
        self.panes.entered(self.asking, message.value)

    # --- keys ----------------------------------------------------------------------------------------------------

    def action_back(self) -> None:
        """Leave the prompt, then what was searched or filtered, else the screen."""
        if self.prompt.has_class("-open"):
            self.prompt.remove_class("-open")
            self.prompt.value = ""
            self.panes.focus_body()
            self.panes.typed(self.asking, "")
        elif not (self.panes.undo() or self._forget_search()):
            self.dismiss()

    def _forget_search(self) -> bool:
        if not (self.prompt.value and self.asking == "find"):
            return False
        self.prompt.value = ""
        self.panes.typed("find", "")
        return True

    def action_leave(self) -> None:
        """Leave the screen, or what looks like one in it."""
        if not self.panes.close_inner():
            self.dismiss()

    def action_find(self) -> None:
        """Search or filter what is shown."""
        self.panes.find()

    def action_reload(self) -> None:
        """Ask now."""
        self.panes.reload()

    def action_step(self, way: int) -> None:
        """To the next or previous find or failure."""
        self.panes.step(way)

    def action_head(self) -> None:
        """The two lines above, on and off."""
        self.toggle_class("-no-head")

    def action_full(self) -> None:
        """One pane only, or both again."""
        self.toggle_class("-full")

    def action_address(self) -> None:
        """Show the whole address of its page, to open or copy it."""
        task = self.panes.pointed
        self.post_message(AddressShown((task.url if task else None) or ""))

"""`:accounts`: every account, where its token comes from (never its value), how it is, and what it may use."""

from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.events import Key
from textual.reactive import reactive
from textual.screen import Screen

from tui.domain.account import AccountInfo
from tui.domain.errors import TuiError
from tui.store.deck import Deck
from tui.store.snapshot import EMPTY, Snapshot
from tui.ui.present.accounts import account_nodes
from tui.ui.present.text import row
from tui.ui.screens.help import HelpScreen
from tui.ui.widgets.detail_tree import DetailTree
from tui.ui.widgets.key_line import KeyLine
from tui.ui.widgets.words import Rule, StyledLines

__all__ = ["AccountsScreen"]

_LINE = (
    ("r", "ask again"), ("L", "read the token again"), ("left right", "fold"), ("?", "help"), ("q", "back"),
)  # fmt: skip
_KEYS = (
    ("j k g G", "move"),
    ("left right", "fold, open"),
    ("r", "ask every account again"),
    ("L", "read the token of this account again"),
    ("esc q", "back"),
)


class AccountsScreen(Screen[None]):
    """A tree: an account a group."""

    DEFAULT_CSS = """
    AccountsScreen > DetailTree { overflow-x: hidden; scrollbar-size-vertical: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss", "back", show=False),
        Binding("r", "reload", "ask again", show=False),
        Binding("L", "login", "read the token again", show=False),
        Binding("question_mark", "help", "help", show=False),
    ]

    snapshot: reactive[Snapshot] = reactive(EMPTY, repaint=False)
    """All lists as last known; bound to the app's."""

    def __init__(self, deck: Deck) -> None:
        super().__init__()
        self._deck = deck
        self._infos: dict[str, AccountInfo | TuiError] = {}

    def compose(self) -> ComposeResult:
        """Title, tree, keys."""
        yield StyledLines([row([("accounts", "strong")])], id="head")
        yield Rule()
        yield DetailTree(id="tree")
        yield Rule()
        yield KeyLine(_LINE)

    def on_mount(self) -> None:
        """Draw what is known and ask for the rest."""
        self.draw()
        self.query_one(DetailTree).focus()
        self.action_reload()
        self.set_interval(5.0, self.draw)

    def on_key(self, event: Key) -> None:
        """A key that does nothing here says so in the line of keys."""
        self.query_one(KeyLine).answer(event)

    def action_help(self) -> None:
        """What can be done here."""
        self.app.push_screen(HelpScreen("accounts", _KEYS))

    def watch_snapshot(self) -> None:
        """Lamps, counts and budgets go along."""
        if self.is_mounted:
            self.draw()

    def draw(self) -> None:
        """All accounts anew."""
        nodes = account_nodes(list(self._deck.handles.values()), self.snapshot, self._infos, self._deck.clock.now())
        for tree in self.query(DetailTree):  # none where an answer finds the screen being left
            tree.roots = nodes

    def action_reload(self) -> None:
        """Ask every account who we are there."""
        for name in self._deck.handles:
            self._ask(name)

    @work(group="account-info")
    async def _ask(self, name: str) -> None:
        try:
            self._infos[name] = await self._deck.info(name)
        except TuiError as error:
            self._infos[name] = error
        self.draw()

    @work(group="account-login", exclusive=True)
    async def action_login(self) -> None:
        """Read the token of the account under the cursor again."""
        node = self.query_one(DetailTree).group
        if node is None:
            return
        if renewal := self._deck.handles[node].renewal:
            self.notify(f"{node}: {renewal}", severity="warning", markup=False)
            return
        try:
            await self._deck.reconnect(node)
        except TuiError as error:
            self.notify(str(error), severity="error", markup=False)
        else:
            self.notify(f"{node}: the token was read again", markup=False)
            self._ask(node)

"""What stands on the terminal while no account is set up: three questions to get one, and a way into the demo."""

import textwrap
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll

from tui.domain.errors import TuiError
from tui.domain.text import plain
from tui.platforms.door import PLATFORMS
from tui.settings.model import Display
from tui.settings.new_account import NewAccount, keep_token, token_place, token_variables
from tui.ui.present.text import Row, row
from tui.ui.screens.ask import AskScreen
from tui.ui.screens.choose import ChooseScreen
from tui.ui.terminal.app import TerminalApp
from tui.ui.widgets.words import StyledLines

__all__ = ["EXAMPLE", "Add", "Chosen", "WelcomeApp"]

EXAMPLE = next(iter(PLATFORMS.values())).example
"""What a configuration begins with."""
_KEYS = (
    ("a", "add an account: three questions, and it is tested"), ("d", "demo: every platform, no network"),
    ("r", "look again"), ("y", "copy the example"), ("q", "leave"),
)  # fmt: skip
_OTHER = "another address"
_PASTE = "paste it: it is kept in a file that only you can read"
_TYPED = {"env": "a variable, by its name", "file": "a file, by its path", "keyring": "the system's keyring, by its "
          "service", "command": "what a command prints, such as: pass show cgc"}  # fmt: skip
_VARIABLES = 4
"""Variables that are offered by name."""
Add = Callable[[NewAccount], Awaitable[None]]
"""Tests an account and writes it into the configuration; raises `TuiError` with what to do next."""


class Chosen(StrEnum):
    """What the user wants instead of an account, or that there is one now."""

    DEMO = "demo"
    AGAIN = "again"


class WelcomeApp(TerminalApp, inherit_bindings=False):
    """Ends once something is chosen."""

    CSS = "StyledLines { height: auto; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "add", "add an account"),
        Binding("d", "choose('demo')", "the demo"),
        Binding("r", "choose('again')", "look again"),
        Binding("y", "copy_example", "copy the example"),
        Binding("q,escape,ctrl+q", "quit", "leave"),
    ]
    one_interrupt_leaves = True

    def __init__(
        self, config: Path, display: Display, environment: Mapping[str, str], add: Add | None = None, *,
        again: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(display, "auto", environment)
        self.chosen: Chosen | None = None
        """None where the user left."""
        self._config = config
        self._add = add
        self._again = again
        """It was looked again, and there was still none."""
        self._news: Sequence[str] = ()
        """How the last attempt to add an account went."""
        self._last = NewAccount("")

    def compose(self) -> ComposeResult:
        """One page; it scrolls where it does not fit."""
        with VerticalScroll():
            yield StyledLines(())

    def on_mount(self) -> None:
        """Write the page."""
        super().on_mount()
        self._write()

    def _write(self) -> None:
        lines = self._lines()
        words = self.screen_stack[0].query_one(StyledLines)
        words.styles.height = len(lines)
        words.show(*lines)

    def _lines(self) -> Sequence[Row]:
        state = "still no account" if self._again else "no account is set up"
        return (
            row([("taskdeck", "strong"), (f"   {state}", "warn")]),
            row([]),
            *(row([(text, "fail" if first else "")]) for first, text in self._said()),
            *(row([(f"  {key}  ", "key"), (what, "")]) for key, what in _KEYS),
            row([]),
            row([("What the platforms' own tools use is found by itself:", "")]),
            *(row([(f"  {p.title:<15}", "strong"), (p.found_in, "dim")]) for p in PLATFORMS.values() if p.found_in),
            row([]),
            row([("Or name an account in ", ""), (str(self._config), "strong"), (":", "")]),
            *(row([(f"  {line}", "good")]) for line in EXAMPLE.splitlines()),
        )

    def _said(self) -> Sequence[tuple[bool, str]]:
        return [(place == 0, text) for place, text in enumerate([*self._news, ""])] if self._news else []

    def _tell(self, *news: str) -> None:
        """Put what happened on the page, folded to its width."""
        width = max(40, self.size.width - 4)
        self._news = [line for text in news for line in textwrap.wrap(plain(text, 2000), width) or [""]]
        self._write()

    def action_choose(self, what: str) -> None:
        """End with it."""
        self.chosen = Chosen(what)
        self.hand_over()

    def action_copy_example(self) -> None:
        """Into the clipboard."""
        self.copy_to_clipboard(EXAMPLE)

    # --- adding an account -----------------------------------------------------------------------------------------

    @work(group="add", exclusive=True)
    async def action_add(self) -> None:
        """Ask, test, write; where that fails, say what to do next, and begin with the same answers."""
        if self._add is None:
            return
        try:
            new = await self._asked()
            if new is None:
                return
            self._tell(f"{new.called}: asking {PLATFORMS[new.platform].title} who you are there ...")
            await self._add(new)
        except TuiError as error:
            self._tell(str(error), "Nothing was written. Press a to correct it: your answers are kept.")
            return
        self.action_choose(Chosen.AGAIN)

    async def _asked(self) -> NewAccount | None:
        """Three questions at most; None where one is left with esc."""
        words = list(PLATFORMS)
        titles = [PLATFORMS[word].title for word in words]
        platform = await self._choose("1 of 3: which platform?", titles, words, self._last.platform)
        if platform is None:
            return None
        kept = self._last if self._last.platform == platform else NewAccount(platform)
        self._last = kept
        values = await self._place(kept)
        if values is None:
            return None
        self._last = new = replace(kept, values=values)
        if not PLATFORMS[platform].needs_token:
            return new
        token = await self._token(new)
        if token is None:
            return None
        self._last = new = replace(new, token=token)
        return new

    async def _place(self, new: NewAccount) -> Mapping[str, str] | None:
        """Which installation, or which host; nothing is asked where there is only one."""
        entry = PLATFORMS[new.platform]
        if entry.environments:
            words = [*entry.environments, _OTHER]
            titles = [*(f"{word:<10}{title}" for word, title in entry.environments.items()), _OTHER]
            word = await self._choose("2 of 3: which environment?", titles, words, new.values.get("environment", ""))
            if word != _OTHER:
                return None if word is None else {"environment": word}
            url = await self.push_screen_wait(AskScreen("The address of its API", new.values.get("url", "https://")))
            return None if url is None else {"url": url}
        if "host" in entry.keys:
            here = "this machine"
            asked = AskScreen("2 of 3: a host of ~/.ssh/config, or this machine", new.values.get("host", here))
            host = await self.push_screen_wait(asked)
            return None if host is None else {} if host == here else {"host": host}
        return new.values

    async def _token(self, new: NewAccount) -> Mapping[str, object] | None:
        """Where the token is."""
        variables = token_variables(self.environment, (new.called, new.platform))[:_VARIABLES]
        words = [*(f"env:{name}" for name in variables), _PASTE, *_TYPED]
        titles = [*(f"the variable {name}" for name in variables), _PASTE, *_TYPED.values()]
        word = await self._choose("3 of 3: where is the token?", titles, words, "")
        if word is None or word.startswith("env:"):
            return None if word is None else token_place(word)
        if word == _PASTE:
            title = "The token; it is not shown"
            text = await self.push_screen_wait(AskScreen(title, "", secret=True))
            return None if text is None else keep_token(self._config, new.called, text)
        text = await self.push_screen_wait(AskScreen(_TYPED[word], ""))
        return None if text is None else token_place(f"{word}:{text}")

    async def _choose(self, title: str, titles: Sequence[str], words: Sequence[str], chosen: str) -> str | None:
        """One of the words, by its number or with enter."""
        place = words.index(chosen) if chosen in words else 0
        numbers = "".join(str(number) for number in range(1, len(words) + 1)) if len(words) < 10 else ""
        found = await self.push_screen_wait(ChooseScreen(title, titles, place, numbers))
        return None if found is None else words[found]

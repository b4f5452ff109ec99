"""`:` types a command, ctrl+p finds one: the palette over the one table of commands."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Key
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from tui.ui.present.palette import Entry, matching
from tui.ui.present.text import cut
from tui.ui.widgets.dialog import Dialog

__all__ = ["CommandScreen", "Prompt"]

_MOST = 9
_OTHERS = 6
"""Rows of the dialog besides what fits: borders, the line that is typed, two of explanation."""
_LEAST, _BESIDE = 20, 29
"""The fewest cells of the sentence, and those of the borders, the word and the key beside it."""
_LOW = 20
"""Rows of a screen under which the dialog stands at its top."""
_SAID, _WORD = 46, 12
"""Cells for the sentence and for the word."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """What the prompt knows of the program."""

    entries: Sequence[Entry]
    """Everything that can be run, greyed with the reason where it cannot be now."""
    history: Sequence[str]
    """Lines typed before, oldest first."""
    complete: Callable[[str], Sequence[tuple[str, str]]]
    """The lines that a line can go on to, each with what it means."""


class CommandScreen(ModalScreen[str | None]):
    """Answers the line to run, or None."""

    DEFAULT_CSS = """
    CommandScreen {
        align: center top;
        background: $background 60%;
        & Dialog { margin: 3 0 0 0; }
        &.-low Dialog { margin: 0; }
        & Input { background: $boost; }
        & Static { height: auto; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "close", show=False),
        Binding("tab", "complete", show=False, priority=True),
        Binding("up", "move(-1)", show=False, priority=True),
        Binding("down", "move(1)", show=False, priority=True),
        Binding("ctrl+p", "turn", show=False, priority=True),
    ]

    def __init__(self, prompt: Prompt, *, fuzzy: bool = False) -> None:
        super().__init__()
        self._prompt = prompt
        self._fuzzy = fuzzy
        self._at = 0
        self._back = len(prompt.history)
        self._round: tuple[str, int] | None = None
        self._found: list[Entry] = []

    def compose(self) -> ComposeResult:
        """The line, what fits it, what it means."""
        with Dialog(title="command   (: exact, ctrl+p fuzzy)"):
            yield Input(compact=True, placeholder="type to find" if self._fuzzy else "a command")
            yield Static(id="found", markup=False)
            yield Static(id="hint", markup=False)

    def on_mount(self) -> None:
        """Type at once."""
        self.set_focus(self._line)
        self._show()

    def on_resize(self) -> None:
        """As many entries as there is room for."""
        self.set_class(self.size.height < _LOW, "-low")
        self._show()

    @property
    def _room(self) -> int:
        """Cells for what an entry says, so that word and key stand beside it on any screen."""
        return max(_LEAST, min(_SAID, self.size.width - _BESIDE))

    @property
    def _line(self) -> Input:
        return self.query_one(Input)

    def on_key(self, event: Key) -> None:
        """Keys typed before the line had the focus belong into it."""
        if self._line.has_focus:
            return
        event.stop()
        if event.key == "enter":
            self._run()
        elif event.character is not None and event.is_printable:
            self._line.insert_text_at_cursor(event.character)

    # --- words ---------------------------------------------------------------------------------------------------

    def _show(self) -> None:
        text = self._line.value
        self._found = matching(self._prompt.entries, text, fuzzy=self._fuzzy)
        self._at = max(0, min(self._at, len(self._found) - 1))
        most = max(1, min(_MOST, self.size.height - _OTHERS))
        first = max(0, min(self._at - most // 2, len(self._found) - most))
        lines = [self._entry(n, e) for n, e in enumerate(self._found[first : first + most], first)]
        if not lines and not self._fuzzy:
            lines = [
                Content(f"  {line:<36} {cut(what, self._room - 16)}")
                for line, what in self._prompt.complete(text)[:most]
            ]
        self.query_one("#found", Static).update(Content("\n").join(lines or [Content.styled("  nothing fits", "dim")]))
        self.query_one("#hint", Static).update(self._hint())
        moves = ("up down", "choose" if self._fuzzy else "history")
        self.query_one(Dialog).use_keys((("enter", "run"), ("tab", "complete"), moves, ("esc", "close")))

    def _entry(self, place: int, entry: Entry) -> Content:
        here = self._fuzzy and place == self._at
        mark = "> " if here else "  "
        style = "dim" if entry.why else "bold" if here else ""
        # Why a grey one is grey matters more than what it would do.
        said = cut(f"not now: {entry.why}" if entry.why else entry.help, self._room)
        word = " " * (_WORD + 1) if entry.is_action else f":{cut(entry.word, _WORD)}"
        return Content.assemble((f"{mark}{said}  {word} ", style), (entry.key, "dim"))

    def _hint(self) -> Content:
        entry = self._found[self._at] if self._found else None
        said = f"args: :{entry.word} {entry.arguments}\n" if entry is not None and entry.arguments else ""
        if entry is not None and entry.why:
            said = f"grey, not possible now: {entry.why}\n"
        return Content.styled(said.rstrip(), "dim")

    @on(Input.Changed)
    def _typed(self) -> None:
        self._at = 0
        self._show()

    # --- keys ----------------------------------------------------------------------------------------------------

    @on(Input.Submitted)
    def _entered(self) -> None:
        self._run()

    def _run(self) -> None:
        text = self._line.value.strip()
        if self._fuzzy and self._found:
            entry = self._found[self._at]
            if entry.needs:
                self._fuzzy = False
                self._put(f"{entry.word} ")
                return
            text = entry.word
        self.dismiss(text or None)

    def _put(self, text: str) -> None:
        self._line.value = text
        self._line.cursor_position = len(text)
        self._show()

    def action_turn(self) -> None:
        """From exact to fuzzy and back."""
        self._fuzzy = not self._fuzzy
        self._show()

    def action_move(self, way: int) -> None:
        """Through the history, or the list where it is fuzzy."""
        if self._fuzzy:
            self._at = max(0, min(self._at + way, len(self._found) - 1))
            self._show()
            return
        history = self._prompt.history
        self._back = max(0, min(len(history), self._back + way))
        self._put(history[self._back] if self._back < len(history) else "")

    def action_complete(self) -> None:
        """The first way to go on; pressed again, the next."""
        text = self._line.value
        start, turn = self._round if self._round is not None and self._is_way(text) else (text, -1)
        ways = self._prompt.complete(start)
        if ways:
            self._round = start, turn + 1
            self._put(ways[(turn + 1) % len(ways)][0])

    def _is_way(self, text: str) -> bool:
        return self._round is not None and any(text == way for way, _ in self._prompt.complete(self._round[0]))

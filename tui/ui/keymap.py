"""Every action of the interface in one table: keys, command, words. Help, footer and palette are made from it."""

from dataclasses import dataclass

__all__ = ["ACTIONS", "Action", "by_command", "of_screen", "sign"]


_SIGNS = {
    "slash": "/", "colon": ":", "question_mark": "?", "exclamation_mark": "!", "asterisk": "*", "minus": "-",
    "less_than_sign": "<", "greater_than_sign": ">", "left_square_bracket": "[", "right_square_bracket": "]",
    "left_curly_bracket": "{", "right_curly_bracket": "}", "ampersand": "&", "escape": "esc", "comma": ",",
}  # fmt: skip


def sign(key: str) -> str:
    """A key as a user types it, from Textual's name of it."""
    return _SIGNS.get(key, key.replace("ctrl+", "^"))


@dataclass(frozen=True, slots=True)
class Action:
    """Something a user can ask for by key, by `:` command or in the palette."""

    id: str
    """`SCREEN.ACTION`; the part after the dot is the method `action_ACTION`, `call` if that is given."""
    keys: str
    """Textual's names of the keys, by commas."""
    label: str
    """The word in the footer."""
    help: str
    """The sentence in the help and the palette."""
    group: str
    """The heading in the help."""
    command: str | None = None
    """The word after `:`."""
    call: str | None = None
    """The action with its arguments, where one method serves several keys."""
    footer: int = 0
    """Shown in the line of keys: 1 always, 2 where there is room."""

    @property
    def screen(self) -> str:
        """Where it works."""
        return self.id.partition(".")[0]

    @property
    def action(self) -> str:
        """What Textual runs."""
        return self.call or self.id.partition(".")[2]

    @property
    def shown_keys(self) -> str:
        """The keys as a user types them."""
        return " ".join(map(sign, self.keys.split(",")))


def _list(
    name: str, keys: str, label: str, help_: str, group: str, command: str | None = None, **more: object
) -> Action:
    return Action(f"tasks.{name}", keys, label, help_, group, command, **more)  # type: ignore[arg-type]


ACTIONS: tuple[Action, ...] = (
    _list("open", "enter", "open", "open this task or batch", "look", "open", footer=1),
    _list("filter", "slash", "filter", "show only what matches; empty shows all", "look", "filter", footer=1),
    _list("command", "colon", "cmd", "type a command", "look", call="app.show('command')", footer=1),
    _list("palette", "ctrl+p", "palette", "find a command by letters", "look", call="app.show('palette')"),
    _list(
        "help",
        "question_mark",
        "help",
        "the keys of this screen",
        "look",
        "help",
        call="app.show('help')",
        footer=1,
    ),
    _list("act", "x", "act", "what can be done with the marked tasks or this one", "act", "actions", footer=1),
    _list("abort", "X", "abort plan", "plan the abort of the marked tasks or of this one", "act"),
    _list("triage", "E", "triage", "group failures by reason", "look", "triage", footer=1),
    _list("batch", "b", "batch", "the children of a batch", "look", "batch", footer=1),
    _list("log", "l", "log", "the log of this task", "look", "log", footer=1),
    _list("diff", "D", "diff", "compare the two marked, or this one with the last good", "look", "diff", footer=2),
    _list("raw", "v", "raw", "the platform's own answer", "look", "raw"),
    _list(
        "problems",
        "exclamation_mark",
        "problems",
        "what went wrong, and what to do",
        "look",
        "problems",
        call="app.show('problems')",
    ),
    _list("failed", "F", "failed", "only what failed, on and off", "arrange", "failed"),
    _list("sort_left", "less_than_sign", "sort", "sort by the column left", "arrange", call="sort_by(-1)"),
    _list("sort_right", "greater_than_sign", "sort", "sort by the column right", "arrange", call="sort_by(1)"),
    _list("sort", "s", "sort menu", "sort or group by any column", "arrange", "sort"),
    _list("columns", "C", "columns", "choose, order and find columns", "arrange", "cols"),
    _list("every", "ctrl+w", "all columns", "all, or fitting columns", "arrange"),
    _list(
        "settings",
        "comma",
        "settings",
        "all settings, and why each is so",
        "look",
        "settings",
        call="app.show('settings')",
    ),
    _list("mouse", "M", "mouse", "take the mouse, or leave it to the terminal", "look", call="app.mouse"),
    _list("redraw", "ctrl+l", "redraw", "paint everything again", "refresh", call="app.redraw"),
    _list("suspend", "ctrl+z", "suspend", "to the shell; fg comes back", "refresh", call="app.suspend_process"),
    _list("frame", "f,ctrl+e", "header", "header on and off", "arrange"),
    _list("view_back", "left_curly_bracket", "view", "the previous view", "arrange", call="view(-1)"),
    _list("view_on", "right_curly_bracket", "view", "the next view", "arrange", call="view(1)"),
    _list("reverse", "R", "reverse", "turn the order round", "arrange", "reverse"),
    _list("times", "t", "times", "ages or clock times", "arrange", "times"),
    _list("next", "n", "next", "the next failure", "move", call="step(1)"),
    _list("previous", "N", "previous", "the previous failure", "move", call="step(-1)"),
    _list("mark", "space", "mark", "mark this task", "mark", "mark", footer=2),
    _list("range", "V", "range", "mark from the last mark to here", "mark", footer=2),
    _list("mark_all", "asterisk", "all", "mark all that are shown", "mark"),
    _list("unmark", "U", "none", "take all marks away", "mark", "unmark"),
    _list("refresh", "r,ctrl+r", "refresh", "ask the platforms now", "refresh", "refresh"),
    _list("pause", "a", "pause", "stop asking, and go on", "refresh", "pause"),
    _list(
        "copy",
        "y",
        "copy",
        "copy id, reference, address, JSON, row, command, curl or Python",
        "copy",
        "copy",
        call="app.take('menu')",
        footer=2,
    ),
    _list("copy_id", "c", "copy id", "copy the id of this task or of the marked ones", "copy", call="app.take('id')"),
    _list("copy_rows", "Y", "copy rows", "copy the shown rows as TSV", "copy", call="app.take('rows')"),
    _list(
        "save",
        "W",
        "save",
        "save the shown rows as csv, tsv, json, ndjson or text",
        "copy",
        "save",
        call="app.take('file')",
        footer=2,
    ),
    _list(
        "address", "o", "address", "look at the web address, then open or copy it", "look", call="app.take('address')"
    ),
    _list("preview", "p", "preview", "the task under the cursor in a pane, on and off", "look", "preview"),
    _list("back_in_time", "left_square_bracket", "back", "the previous filter", "move", call="travel(-1)"),
    _list("forth_in_time", "right_square_bracket", "forth", "the next filter", "move", call="travel(1)"),
    _list("last", "minus", "last", "the last filter and back", "move", call="travel(0)"),
    _list("back", "escape", "back", "close, unmark, clear the filter: one at a time", "move"),
    _list("quit", "q", "quit", "leave", "move", "q", call="app.leave", footer=1),
    *(
        _list(
            f"scope_{n}",
            str(n),
            "account",
            "all accounts" if n == 0 else f"only account {n}",
            "scope",
            call=f"scope({n})",
        )
        for n in range(10)
    ),
)
"""In the order of the help."""


def of_screen(screen: str) -> tuple[Action, ...]:
    """The actions of one screen."""
    return tuple(action for action in ACTIONS if action.screen == screen)


def by_command(word: str) -> Action | None:
    """The action behind `:word`."""
    return next((action for action in ACTIONS if action.command == word), None)

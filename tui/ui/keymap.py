"""Every action of the interface in one table: keys, command, words. Help, footer and palette are made from it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["ACTIONS", "PANES", "PLACES", "Action", "by_command", "of_screen", "on_screen", "sign"]

_SIGNS = {
    "slash": "/", "colon": ":", "question_mark": "?", "exclamation_mark": "!", "asterisk": "*", "minus": "-",
    "less_than_sign": "<", "greater_than_sign": ">", "left_square_bracket": "[", "right_square_bracket": "]",
    "left_curly_bracket": "{", "right_curly_bracket": "}", "ampersand": "&", "escape": "esc", "comma": ",",
    "pagedown": "pgdn", "pageup": "pgup",
}  # fmt: skip


def sign(key: str) -> str:
    """A key as a user types it, from Textual's name of it."""
    return _SIGNS.get(key, key.replace("ctrl+", "^"))


@dataclass(frozen=True, slots=True)
class Action:
    """Something a user can ask for by key, by `:` command or in the palette."""

    id: str
    """`PLACE.ACTION`, where the place is a screen or a pane; what is behind the dot is the method `action_ACTION`,
    unless `call` is given."""
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


def _at(place: str) -> Callable[..., Action]:
    """What declares an action of one place: name, keys, label, help, group; by name what is seldom needed."""

    def declare(name: str, keys: str, label: str, help_: str, group: str, **more: Any) -> Action:
        return Action(f"{place}.{name}", keys, label, help_, group, **more)

    return declare


_list, _all = _at("tasks"), _at("screen")
_task, _batch, _job, _triage, _diff = map(_at, ("task", "batch", "job", "triage", "diff"))
_log, _tree, _table, _strip, _bars = map(_at, ("log", "tree", "table", "strip", "bars"))

ACTIONS: tuple[Action, ...] = (
    _list("open", "enter", "open", "open this task or batch", "look", command="open", footer=1),
    _list("filter", "slash", "filter", "show only what matches; empty shows all", "look", command="filter", footer=1),
    _list("log", "l", "log", "the log of this task", "look", command="log", footer=1),
    _list("triage", "E", "reasons", "group failures by reason", "look", command="triage", footer=1),
    _list("batch", "b", "batch", "the children of a batch", "look", command="batch", footer=3),
    _list("failed", "F", "failed only", "only what failed, on and off", "arrange", command="failed", footer=2),
    _list("act", "x", "act", "what can be done with the marked tasks or this one", "act", command="actions", footer=1),
    _list("mark", "space", "mark", "mark this task", "mark", command="mark", footer=2),
    _list("sort", "s", "sort", "sort or group by any column", "arrange", command="sort", footer=2),
    _list("command", "colon", "command", "type a command", "look", call="app.show('command')", footer=1),
    _list("help", "question_mark", "keys", "the keys of this screen", "look", command="help", call="app.show('help')",
          footer=1),
    _list("palette", "ctrl+p", "palette", "find a command by letters", "look", call="app.show('palette')"),
    _list("abort", "X", "abort plan", "plan the abort of the marked tasks or of this one", "act"),
    _list("diff", "D", "diff", "compare the two marked, or this one with the last good", "look", command="diff",
          footer=3),
    _list("raw", "v", "raw", "the platform's own answer", "look", command="raw"),
    _list("problems", "exclamation_mark", "problems", "what went wrong, and what to do", "look", command="problems",
          call="app.show('problems')"),
    _list("sort_left", "less_than_sign", "sort", "sort by the column left", "arrange", call="sort_by(-1)"),
    _list("sort_right", "greater_than_sign", "sort", "sort by the column right", "arrange", call="sort_by(1)"),
    _list("columns", "C", "columns", "choose, order and find columns", "arrange", command="cols"),
    _list("every", "ctrl+w", "all columns", "all, or fitting columns", "arrange"),
    _list("settings", "comma", "settings", "all settings, and why each is so", "look", command="settings",
          call="app.show('settings')"),
    _list("mouse", "M", "mouse", "take the mouse, or leave it to the terminal", "look", call="app.mouse"),
    _list("redraw", "ctrl+l", "redraw", "paint everything again", "refresh", call="app.redraw"),
    _list("suspend", "ctrl+z", "suspend", "to the shell; fg comes back", "refresh", call="app.suspend_process"),
    _list("frame", "f,ctrl+e", "header", "header on and off", "arrange"),
    _list("view_back", "left_curly_bracket", "view", "the previous view", "arrange", call="view(-1)"),
    _list("view_on", "right_curly_bracket", "view", "the next view", "arrange", call="view(1)"),
    _list("reverse", "R", "reverse", "turn the order round", "arrange", command="reverse"),
    _list("times", "t", "times", "ages or clock times", "arrange", command="times"),
    _list("next", "n", "next", "the next failure", "move", call="step(1)"),
    _list("previous", "N", "previous", "the previous failure", "move", call="step(-1)"),
    _list("range", "V", "range", "mark from the last mark to here", "mark", footer=3),
    _list("mark_all", "asterisk", "all", "mark all that are shown", "mark"),
    _list("unmark", "U", "none", "take all marks away", "mark", command="unmark"),
    _list("refresh", "r,ctrl+r", "refresh", "ask the platforms now", "refresh", command="refresh"),
    _list("pause", "a", "pause", "stop asking, and go on", "refresh", command="pause"),
    _list("copy", "y", "copy", "copy id, reference, address, JSON, row, command, curl or Python", "copy",
          command="copy", call="app.take('menu')", footer=3),
    _list("copy_id", "c", "copy id", "copy the id of this task or of the marked ones", "copy", call="app.take('id')"),
    _list("copy_rows", "Y", "copy rows", "copy the shown rows as TSV", "copy", call="app.take('rows')"),
    _list("save", "W", "save", "save the rows and columns shown as csv, tsv, json or text", "copy", command="save",
          call="app.take('file')", footer=3),
    _list("address", "o", "address", "look at the web address, then open or copy it", "look",
          call="app.take('address')"),
    _list("preview", "p", "preview", "the task under the cursor in a pane, on and off", "look", command="preview"),
    _list("back_in_time", "left_square_bracket", "back", "the previous filter", "move", call="travel(-1)"),
    _list("forth_in_time", "right_square_bracket", "forth", "the next filter", "move", call="travel(1)"),
    _list("last", "minus", "last", "the last filter and back", "move", call="travel(0)"),
    _list("back", "escape", "back", "close, unmark, clear the filter: one at a time", "move"),
    _list("quit", "q", "quit", "leave", "move", command="q", call="app.leave", footer=1),
    *(
        _list(f"scope_{n}", str(n), "account", f"only account {n}" if n else "all accounts", "scope",
              call=f"scope({n})")
        for n in range(10)
    ),
    # Everything below is about one thing: a task, a batch, a job. What works on all of these screens:
    _all("find", "slash", "find", "find or filter what is shown", "look", footer=1),
    _all("command", "colon", "cmd", "type a command", "look", call="app.show('command')"),
    _all("palette", "ctrl+p", "palette", "find by letters what can be done here", "look", call="app.show('palette')"),
    _all("help", "question_mark", "help", "the keys that work here now", "look", call="app.show('help')", footer=1),
    _all("problems", "exclamation_mark", "problems", "what went wrong, and what to do", "look",
         call="app.show('problems')"),
    _all("address", "o", "address", "look at the web address, then open or copy it", "look"),
    _all("head", "ctrl+e", "header", "header on and off", "arrange"),
    _all("full", "f", "full pane", "one pane over the whole width, or both", "arrange", footer=2),
    _all("refresh", "r,ctrl+r", "refresh", "ask the platform now", "refresh", call="reload"),
    _all("pane", "tab", "pane", "to the next pane", "move", call="app.focus_next"),
    _all("pane_back", "shift+tab", "pane", "to the previous pane", "move", call="app.focus_previous"),
    _all("back", "escape", "back", "undo one thing that narrows or marks, else leave", "move"),
    _all("leave", "q", "back", "leave this screen", "move", footer=1),
    # Panes.
    _tree("fold", "left", "fold", "fold, or to the line above", "move", footer=1),
    _tree("unfold", "right", "fold", "unfold", "move", footer=1),
    _tree("choose", "enter", "open", "open the job or task of this line, or unfold it", "look", footer=1),
    _table("choose", "enter", "open", "open this row; of a group its tasks", "look", footer=1),
    _strip("right", "right", "cell", "the next cell: its children are listed", "move", call="move(1)"),
    _strip("left", "left", "cell", "the cell before", "move", call="move(-1)"),
    _strip("zoom_in", "greater_than_sign", "zoom", "fewer children a cell", "arrange", call="zoom(1)"),
    _strip("zoom_out", "less_than_sign", "zoom", "more children a cell", "arrange", call="zoom(-1)"),
    _strip("choose", "enter", "list", "to the children of this cell", "look"),
    _bars("choose", "enter", "open", "open the job or child of this bar", "look", footer=1),
    _log("only", "ampersand", "filter", "only lines that match; -C 3 text keeps three around", "look", footer=1),
    _log("found", "enter", "found line", "to the line that says why, or the match chosen", "move"),
    _log("follow", "F", "follow", "follow the log as it grows; any move up stops", "look", footer=1),
    _log("wrap", "w", "wrap", "go on below, or cut long lines", "arrange", footer=1),
    _log("stamps", "t", "times", "show or hide the times that begin lines", "arrange", footer=2),
    _log("raw", "v", "raw", "bytes with their escapes visible, or text", "look", footer=2),
    _log("source", "s", "source", "stdout, stderr, both, and other logs in turn", "look", footer=2),
    _log("mark", "m", "mark", "mark a line, so that n and N visit it", "mark", footer=2),
    _log("select", "V", "select", "select lines, then y copies them", "mark", footer=2),
    _log("save", "W", "save", "save the whole log; again stops it", "copy", footer=1),
    _log("pager", "L", "pager", "what is held in $PAGER", "look", footer=2),
    _log("editor", "e", "editor", "what is held in $EDITOR", "look"),
    _log("copy_lines", "Y", "copy lines", "copy the last thousand lines, or the selected", "copy"),
    *(
        _log(f"since_{n}", str(n), "since", f"only {what}" if n > 1 else what, "look", call=f"since({n})", footer=2)
        for n, what in enumerate(
            ("the end of the log", "the beginning of the log", "the last minute", "the last 5 minutes",
             "the last 15 minutes", "the last hour"),
        )
    ),
    # One task.
    _task("log", "l", "log", "the log of the selected job, else of the task", "look", footer=1),
    _task("timeline", "T", "timeline", "the jobs as bars over the whole width", "look", footer=1),
    _task("raw", "v", "raw", "the platform's own answer", "look", footer=2),
    _task("act", "x", "act", "what can be done with this task", "act", footer=1),
    _task("abort", "X", "abort plan", "plan its abort", "act"),
    _task("next", "n", "failure", "the next failure, or the next find", "move", call="step(1)", footer=2),
    _task("previous", "N", "failure", "the failure or find before", "move", call="step(-1)", footer=2),
    _task("batch", "b", "batch", "the batch that this is, or is in", "look"),
    _task("triage", "E", "triage", "failures that say the same", "look", footer=2),
    _task("diff", "D", "diff", "what differs from the last good run", "look", footer=2),
    _task("changed", "F", "changed only", "only what differs from the last good run", "arrange", footer=2),
    _task("times", "t", "times", "ages or clock times", "arrange", footer=2),
    _task("copy", "y", "value", "copy the value under the cursor", "copy", footer=2),
    _task("copy_id", "c", "id", "copy the task's reference", "copy", footer=2),
    _task("copy_tree", "Y", "subtree", "copy this line with all below it, as JSON", "copy", footer=2),
    # A batch and its children.
    _batch("pane", "tab", "pane", "from the children to failures and strip", "move", call="pane(1)", footer=1),
    _batch("pane_back", "shift+tab", "pane back", "the other way round", "move", call="pane(-1)"),
    _batch("next", "n", "failure", "the next failed child", "move", call="step(1)", footer=1),
    _batch("previous", "N", "failure", "the failed child before", "move", call="step(-1)", footer=1),
    _batch("log", "l", "log", "the log of this child, or a sample of the group", "look", footer=1),
    _batch("failed", "F", "failed", "only what failed, on and off", "arrange", footer=2),
    _batch("triage", "E", "triage", "its failures over the whole screen", "look", footer=2),
    _batch("act", "x", "act", "for the marked children, the group or the batch", "act", footer=1),
    _batch("abort", "X", "abort plan", "plan to abort the marked children, or the batch", "act"),
    _batch("mark", "space", "mark", "mark the child, or all of the group", "mark", footer=2),
    _batch("range", "V", "range", "mark from the last mark to here", "mark"),
    _batch("mark_all", "asterisk", "all", "mark all that are shown", "mark"),
    _batch("unmark", "U", "none", "take all marks away", "mark"),
    _batch("sort", "s", "order", "order of strip and children: index, start, host, metadata", "arrange", call="order",
           footer=2),
    _batch("sort_left", "less_than_sign", "sort", "sort by the column left", "arrange", call="sort_by(-1)", footer=2),
    _batch("sort_right", "greater_than_sign", "sort", "sort by the column right", "arrange", call="sort_by(1)",
           footer=2),
    _batch("reverse", "R", "turn", "turn the order round", "arrange", footer=2),
    _batch("timeline", "T", "timeline", "the children as bars", "look", footer=2),
    _batch("layout", "b", "strip", "strip and table, table only, strip only", "arrange", footer=2),
    _batch("detail", "d", "detail", "the batch itself in full", "look", footer=2),
    _batch("diff", "D", "diff", "two marked ones, or this child against a good one", "look", footer=2),
    _batch("raw", "v", "raw", "the platform's own answer about the child; of a job its record", "look"),
    _batch("preview", "p", "preview", "what stands beside the children, on and off", "arrange"),
    _batch("times", "t", "times", "ages or clock times", "arrange"),
    _batch("copy", "y,c", "copy", "copy the reference of the child", "copy"),
    _batch("copy_rows", "Y", "copy rows", "copy the shown or marked rows as TSV", "copy"),
    # A job, or any log.
    _job("next", "n", "match", "the next match, else the next error, after them the warnings", "move",
         call="step(1)", footer=1),
    _job("previous", "N", "match", "the match or error before", "move", call="step(-1)", footer=1),
    _job("tab_previous", "left_curly_bracket", "tab", "the tab before", "move", call="tab(-1)", footer=1),
    _job("tab_next", "right_curly_bracket", "tab", "the next tab", "move", call="tab(1)", footer=1),
    _job("log", "l", "log", "back to the log", "look"),
    _job("timeline", "T", "timeline", "its times, and the jobs beside it as bars", "look", footer=2),
    _job("previous_attempt", "P", "try before", "the log of the try before", "look", footer=2),
    _job("triage", "E", "triage", "failures that say the same", "look"),
    _job("diff", "D", "diff", "against the same step of the last good run, or the good sibling most like it", "look"),
    _job("act", "x", "act", "what can be done with it", "act"),
    _job("abort", "X", "abort plan", "plan its abort", "act"),
    _job("copy", "y", "copy", "copy the selection, the line, the value", "copy", footer=2),
    _job("copy_id", "c", "copy id", "copy its reference", "copy"),
    # Failures by what they say.
    _triage("log", "l", "sample log", "the log of a sample, or of this task", "look", footer=1),
    _triage("explain", "v", "why so", "how the answer came about, above the group's record", "look"),
    _triage("mark", "space", "mark", "mark the group", "mark", footer=1),
    _triage("mark_all", "asterisk", "all", "mark all groups shown", "mark"),
    _triage("unmark", "U", "none", "take all marks away", "mark"),
    _triage("act", "x", "act", "rerun, acknowledge, ask for hosts, copy", "act", footer=1),
    _triage("acknowledge", "K", "ack", "keep the group quiet, with a note; again lets it speak", "act", footer=1),
    _triage("read_mixed", "R", "read mixed", "read the logs of a group that is mixed", "look", footer=2),
    _triage("next", "n", "new", "the next group with something new", "move", call="step(1)", footer=2),
    _triage("previous", "N", "new", "the new group before", "move", call="step(-1)", footer=2),
    _triage("hosts", "h", "hosts", "ask for the hosts, a call a task", "look", footer=2),
    _triage("diff", "D", "diff", "a sample against a good one", "look", footer=2),
    _triage("copy", "y", "signature", "copy the signature", "copy", footer=2),
    _triage("copy_refs", "c", "references", "copy the references of its tasks", "copy", footer=2),
    # What differs between two tasks.
    _diff("other", "O", "the other", "open the other task; enter opens this one", "look", footer=1),
    _diff("next", "n", "difference", "the next difference", "move", call="step(1)"),
    _diff("previous", "N", "difference", "the difference before", "move", call="step(-1)"),
    _diff("log", "l", "log", "the log of this task", "look", footer=1),
    _diff("copy", "y", "copy", "copy the difference", "copy", footer=1),
    _diff("copy_all", "Y", "all as JSON", "copy all differences as JSON", "copy", footer=1),
    _diff("copy_refs", "c", "references", "copy both references", "copy", footer=2),
)  # fmt: skip
"""In the order of the help."""


PANES: Mapping[str, tuple[str, ...]] = {
    "task": ("tree", "bars"),
    "batch": ("table", "strip", "bars"),
    "job": ("log", "tree", "bars"),
    "triage": ("table",),
    "diff": ("table",),
}
"""What each screen about one thing holds; the keys of `screen` work on all of them."""


PLACES = (*PANES, "log", "tree", "table", "strip", "bars", "screen")
"""Everywhere that is not the list."""


def on_screen(screen: str, panes: Iterable[str] | None = None) -> tuple[Action, ...]:
    """What can be done on a screen about one thing: in its panes (or these of them), on itself, everywhere."""
    places = (*(PANES[screen] if panes is None else panes), screen, "screen")
    return tuple(action for place in places for action in of_screen(place))


def of_screen(screen: str) -> tuple[Action, ...]:
    """The actions of one screen or pane itself."""
    return tuple(action for action in ACTIONS if action.screen == screen)


def by_command(word: str) -> Action | None:
    """The action behind `:word`."""
    return next((action for action in ACTIONS if action.command == word), None)

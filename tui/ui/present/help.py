"""Help as lines: keys by group from the key map, commands, fields and flags of the filter language."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest
from textwrap import wrap

from textual.content import Content

from tui.domain.query import FIELDS, FLAGS, Type
from tui.domain.status import TaskStatus
from tui.help import TOPICS as FILES
from tui.ui.commands import COMMANDS, key_of
from tui.ui.keymap import Action, of_screen
from tui.ui.present.columns import WORDS

__all__ = ["EXAMPLES", "PAGES", "TOPICS", "help_lines", "key_lines", "live_lines"]

PAGES = ("keys", "commands", "filter", "status")
"""Topics with a page made for the screen; those of `tui.help` are shown as they are written."""
TOPICS = (*PAGES, *(topic for topic in FILES if topic not in PAGES))
_HEADS = {
    "move": "MOVE",
    "look": "LOOK",
    "act": "ACT (always asks)",
    "arrange": "ARRANGE",
    "mark": "MARK",
    "refresh": "REFRESH",
    "copy": "COPY",
    "scope": "ACCOUNTS",
}
_TABLE = (("j k", "row"), ("g G", "top, end"), ("^d ^u", "half page"), ("left right", "scroll columns"))
_WIDTH = 36
_KEY = 11
"""Cells for the keys."""
_LIVE = 13
"""Cells for the keys of another screen: `tab shift+tab` is the longest."""
_SHORT = 22
"""Cells for what a key does in one of two columns."""
_SAID = 26
"""Cells for what a field is, where its example stands beside it."""
_PAGE = 74
"""Cells in a line of the page."""
_STATUS = {
    TaskStatus.DRAFT: "made, not started: x n runs it",
    TaskStatus.QUEUED: "waits; PROGRESS says what for",
    TaskStatus.STARTING: "its machine or image is made ready",
    TaskStatus.RUNNING: "works",
    TaskStatus.FINISHING: "stores results, or is being stopped",
    TaskStatus.DONE: "ended well",
    TaskStatus.FAILED: "ended badly: E groups why, l shows the log",
    TaskStatus.ABORTED: "was stopped by somebody",
    TaskStatus.UNKNOWN: "lost by the platform, or a new word of it",
}
EXAMPLES = (
    ("star", "in name, id, app, project, reason"),
    ("status:failed,aborted ended:today", "both hold; a comma is or"),
    ("project:luad cost>5usd", "a field contains; more than"),
    ("open !mine", "a flag; not that"),
    ("(app:star | app:salmon) dur>2h", "either, in brackets"),
    ("kind:batch pct<50", "batches not half done"),
    ("created:2026-11-01..2026-11-07", "a range with both ends; 7d, today"),
    ("reason:none  parent:any", "missing; there is one"),
    ('"two words"  /regex/  ~fuzy', "a phrase, pattern, spread letters"),
    ("@cgc", "only this account"),
)
"""Filters, two of a line with two spaces between, and what they find."""


def help_lines(topic: str = "") -> list[Content]:
    """A topic's page; without one, or where there is none of this name, the keys."""
    match topic:
        case "filter":
            return _filter()
        case "commands":
            return _commands()
        case "status":
            return _status()
    return key_lines(of_screen("tasks"))


def live_lines(keys: Sequence[tuple[str, str]]) -> list[Content]:
    """Two columns of keys with what they do; below, those whose sentence needs the whole width."""
    short = [(key, what) for key, what in keys if len(what) <= _SHORT]
    half = -(-len(short) // 2)
    pairs = zip_longest(short[:half], short[half:], fillvalue=("", ""))
    lines = [Content.assemble(_live(one[0]), f"{one[1]:<{_SHORT + 1}}", _live(two[0]), two[1]) for one, two in pairs]
    return [*lines, *(Content.assemble(_live(key), what) for key, what in keys if len(what) > _SHORT)]


def _live(keys: str) -> tuple[str, str]:
    return f"{keys:<{_LIVE}} ", "$accent"


def key_lines(actions: Sequence[Action]) -> list[Content]:
    """The keys of a screen by what they are for, in two columns."""
    blocks: list[list[Content]] = []
    for group, head in _HEADS.items():
        rows = list(_rows([a for a in actions if a.group == group]))
        if group == "move":
            bound = {key for action in actions for key in action.shown_keys.split(" ")}
            rows = [*(pair for pair in _TABLE if bound.isdisjoint(pair[0].split(" "))), *rows]
        if not rows:
            continue
        block = [Content.styled(head, "bold")]
        block += [line for keys, what in rows for line in _row(keys, what)]
        blocks.append([*block, Content("")])
    left, right = _balanced(blocks)
    lines = [
        Content.assemble(a, " " * max(1, _WIDTH + 1 - a.cell_length), b)
        for a, b in zip_longest(left, right, fillvalue=Content(""))
    ]
    lines += [
        Content.styled("More: :help commands   :help filter   :help status", "dim"),
        Content.styled("This screen is made from the live key map.", "dim"),
    ]
    return lines


def _rows(actions: Iterable[Action]) -> Iterable[tuple[str, str]]:
    """Keys and words; digits become one line."""
    for action in actions:
        if action.action.startswith("scope("):
            if action.keys == "0":
                yield "0", action.help
            elif action.keys == "1":
                yield "1-9", "one account"
        else:
            yield action.shown_keys, action.help


def _row(keys: str, what: str) -> Iterator[Content]:
    """Keys and their sentence, which goes on below itself: nothing is cut."""
    for line in wrap(what, _WIDTH - _KEY):
        yield Content.assemble((f"{keys:<{_KEY}}", "$accent"), line)
        keys = ""


def _balanced(blocks: Sequence[Sequence[Content]]) -> tuple[list[Content], list[Content]]:
    left: list[Content] = []
    right: list[Content] = []
    for block in blocks:
        (left if len(left) <= len(right) else right).extend(block)
    return left, right


def _commands() -> list[Content]:
    lines = []
    for command in COMMANDS:
        words = ", ".join((command.word, *command.aliases))
        usage = f":{words} {command.arguments}".rstrip()
        lines += [Content.assemble((f"{usage:<40}", "$accent"), (key_of(command), "bold"))]
        lines += [Content(f"    {command.help}")]
    return lines


def _filter() -> list[Content]:
    lines = [Content.styled("EXAMPLES   terms beside each other must all hold", "bold")]
    lines += [Content.assemble((f"{text:<38}", "$accent"), what) for text, what in EXAMPLES]
    lines += [Content(""), Content.styled("FIELDS   f:contains  f=exact  f!=not  f~regex  f>5  f>=5", "bold")]
    for field in FIELDS:
        names = ", ".join((f"{field.name}.KEY" if field.type is Type.MAP else field.name, *field.aliases))
        said = f"{field.help:<{_SAID}}"
        beside = len(said) == _SAID and 20 + _SAID + len(field.example) <= _PAGE
        below = [] if beside else [Content.styled(" " * 22 + field.example, "dim")]
        example = field.example if beside else ""
        lines += [Content.assemble((f"{names:<20}", "$accent"), said, (example, "dim")), *below]
    lines += [Content(""), Content.styled("FLAGS", "bold")]
    lines += [Content.assemble((f"{name:<20}", "$accent"), what) for name, (_, what) in FLAGS.items()]
    return lines


def _status() -> list[Content]:
    lines = [
        Content.assemble((f"{word.word:<10}{word.short:<6}", "$accent"), f"{status.value:<11}{_STATUS[status]}")
        for status, word in WORDS.items()
    ]
    return [*lines, Content(""), Content.styled("Filter by the third word: status:failed,aborted", "dim")]

"""Every word that can be typed after `:`: one table for the prompt, the palette, the help and the README."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from tui.ui.keymap import ACTIONS, Action

__all__ = ["COMMANDS", "Command", "Takes", "expand", "find", "key_of"]


class Takes(StrEnum):
    """What a command's words are, for completing them."""

    NOTHING = "nothing"
    FILTER = "filter"
    REF = "ref"
    FIELDS = "fields"
    COLUMNS = "columns"
    ACCOUNT = "account"
    VIEW = "view"
    TOPIC = "topic"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Command:
    """One word after `:`."""

    word: str
    arguments: str
    """How they are written: `ID [FILTER]`; empty for none."""
    help: str
    group: str
    """The heading in the help."""
    takes: Takes = Takes.NOTHING
    aliases: tuple[str, ...] = ()
    action: str | None = None
    """The action of the key map that does the same; without an own runner it is what runs."""
    needs: bool = False
    """Without arguments it does nothing."""


def _c(word: str, arguments: str, help_: str, group: str, takes: Takes = Takes.NOTHING, *, aliases: str = "",
       action: str | None = None, needs: bool = False) -> Command:  # fmt: skip
    return Command(word, arguments, help_, group, takes, tuple(aliases.split()), action, needs)


COMMANDS: tuple[Command, ...] = (
    _c("tasks", "[FILTER] [@account]", "list what matches", "look", Takes.FILTER, aliases="t ta"),
    _c("task", "ID", "one task in full", "look", Takes.REF, aliases="show"),
    _c("batch", "[ID]", "the children of a batch", "look", Takes.REF, aliases="children", action="tasks.batch"),
    _c("job", "ID", "one job and its log", "look", Takes.REF, aliases="jobs", needs=True),
    _c("log", "[ID]", "the log of a task or job", "look", Takes.REF, aliases="logs", action="tasks.log"),
    _c("open", "URL|ID", "open a pasted address or reference", "look", Takes.REF, needs=True),
    _c("triage", "[ID|FILTER]", "group the failures", "look", Takes.FILTER, action="tasks.triage"),
    _c("diff", "[A [B]]", "what differs between two tasks", "look", Takes.REF, action="tasks.diff"),
    _c("raw", "", "the platform's own answer", "look", action="tasks.raw"),
    _c("accounts", "", "every account: state, token, rights, budget, quotas", "look"),
    _c("problems", "", "what went wrong, and what to do", "look", action="tasks.problems"),
    _c("actions", "", "what was done, and what is being done", "look"),
    _c("failed", "", "only what failed, on and off", "arrange", action="tasks.failed"),
    _c("running", "", "the built-in view of what runs", "arrange"),
    _c("mine", "", "the built-in view of what I created", "arrange"),
    _c("view", "NAME | save NAME | rm NAME | list", "saved views", "arrange", Takes.VIEW),
    _c("since", "2h", "only what changed since then", "arrange", Takes.TEXT, needs=True),
    _c("project", "NAME", "only this project", "arrange", Takes.TEXT, needs=True),
    _c("sort", "F [asc|desc][, F ...]", "the order of the rows", "arrange", Takes.FIELDS, action="tasks.sort"),
    _c("group", "F[,F]", "count, cost and median run by these fields", "arrange", Takes.FIELDS, needs=True),
    _c("ungroup", "", "back to rows", "arrange"),
    _c("cols", "+f | -f | f after=g | reset", "which columns, in which order", "arrange", Takes.COLUMNS,
       action="tasks.columns"),
    _c("col", "NAME = EXPR", "a computed column: wait = started - created", "arrange", Takes.TEXT, needs=True),
    _c("times", "", "ages or clock times", "arrange", action="tasks.times"),
    _c("refresh", "[now|30s|off] [account]", "ask now, at another pace, or not", "refresh", Takes.ACCOUNT,
       action="tasks.refresh"),
    _c("pause", "", "stop asking, and go on", "refresh", action="tasks.pause"),
    _c("use", "NAME|all", "only this account", "scope", Takes.ACCOUNT, needs=True),
    _c("login", "NAME", "read the account's token again", "scope", Takes.ACCOUNT, needs=True),
    _c("ro", "on|off", "offer no action, or offer them again", "scope", Takes.TEXT, needs=True),
    _c("mark", "FILTER", "mark what matches", "mark", Takes.FILTER, needs=True),
    _c("unmark", "", "take all marks away", "mark", action="tasks.unmark"),
    _c("abort", "[ID ...] [--dry-run]", "plan to abort the marked tasks, or this one", "act", Takes.REF),
    _c("run", "[ID ...] [--no-batch] [--dry-run]", "plan to run drafts", "act", Takes.REF),
    _c("rerun", "[failed|ID ...] [--set k=v] [--max N] [--dry-run]", "plan new tasks like these", "act", Takes.REF),
    _c("delete", "[ID ...] [--dry-run]", "plan to delete", "act", Takes.REF),
    _c("hold", "[ID ...] [--dry-run]", "plan to keep what waits from starting", "act", Takes.REF),
    _c("release", "[ID ...] [--dry-run]", "plan to let what is held start", "act", Takes.REF),
    _c("requeue", "[ID ...] [--dry-run]", "plan to run the same again, of a batch what failed", "act", Takes.REF),
    _c("alter", "--set k=v [ID ...]", "plan to change settings in place", "act", Takes.REF, needs=True),
    _c("clone", "[ID ...] [--dry-run]", "plan to copy as drafts", "act", Takes.REF),
    _c("retry", "[ID ...] [--dry-run]", "plan the failed instances as a new task", "act", Takes.REF),
    _c("resume", "[ID ...] [--dry-run]", "plan the cancelled instances as a new task", "act", Takes.REF),
    _c("recover", "[ID ...] [--dry-run]", "plan the failed and cancelled instances anew", "act", Takes.REF),
    _c("priority", "[ID ...] NUMBER", "plan another priority in place", "act", Takes.TEXT, needs=True),
    _c("ack", "[TEXT]", "keep the group under the cursor of the triage quiet", "act", Takes.TEXT),
    _c("tag", "+x -y", "plan to change tags", "act", Takes.TEXT, needs=True),
    _c("rename", "NAME", "plan another name", "act", Takes.TEXT, needs=True),
    _c("copy", "[id|ref|url|json|row|cmd|curl|python|native]", "copy what is named, or choose", "copy", Takes.TEXT,
       action="tasks.copy"),
    _c("save", "[FILE] [--format csv|tsv|json|ndjson|text] [--fields a,b]", "save the shown rows", "copy", Takes.TEXT,
       action="tasks.save"),
    _c("preview", "", "preview on and off", "look", action="tasks.preview"),
    _c("settings", "", "all settings, and why each is so", "settings", action="tasks.settings"),
    _c("theme", "NAME", "colours: auto dark light contrast deuteran tritan mono", "settings", Takes.TEXT, needs=True),
    _c("set", "KEY=VAL", "change a setting: display.preview=false", "settings", Takes.TEXT,
       needs=True),
    _c("keys", "", "all keys", "help"),
    _c("help", "[TOPIC]", "keys, filter, status, commands", "help", Takes.TOPIC, action="tasks.help"),
    _c("q", "", "leave", "help", aliases="quit", action="tasks.quit"),
)  # fmt: skip
"""In the order of the help."""

_BY_WORD: Mapping[str, Command] = {word: c for c in COMMANDS for word in (c.word, *c.aliases)}
_BY_ID: Mapping[str, Action] = {action.id: action for action in ACTIONS}


def find(word: str) -> Command | None:
    """The command of a word or an alias of it."""
    return _BY_WORD.get(word)


def key_of(command: Command) -> str:
    """The key that does the same, or nothing."""
    action = _BY_ID.get(command.action or "")
    return action.shown_keys.split(" ")[0] if action else ""


def expand(text: str, aliases: Mapping[str, str], history: list[str]) -> str:
    """What a typed line stands for: `!!` is the last one, aliases take their arguments as `$1` or at the end."""
    text = text.strip().removeprefix(":").strip()
    if text == "!!":
        return history[-1].removeprefix(":") if history else ""
    word, _, rest = text.partition(" ")
    if word not in aliases:
        return text
    meant, words = aliases[word].removeprefix(":"), rest.split()
    used = 0
    for place in range(9, 0, -1):
        if f"${place}" in meant:
            meant = meant.replace(f"${place}", words[place - 1] if place <= len(words) else "")
            used = max(used, place)
    return " ".join((meant, *words[used:])).strip()

"""What each command does: words after `:` to calls of the list and the application."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from difflib import get_close_matches

from textual.binding import ActiveBinding

from tui.domain.action import Verb
from tui.domain.errors import TuiError, UsageError
from tui.domain.query import QueryError, duration
from tui.domain.task import Task, TaskRef
from tui.settings.saved import all_views, save_views
from tui.store.polling.pace import Intervals
from tui.ui.bindings import live
from tui.ui.commands import COMMANDS, Command, find
from tui.ui.console.actions import tag_changes
from tui.ui.console.copy_save import copy_word, save
from tui.ui.console.protocol import Acknowledging, Console, Sorting
from tui.ui.console.settings import change
from tui.ui.keymap import ACTIONS, PLACES
from tui.ui.messages import View
from tui.ui.present.format import count_text
from tui.ui.present.help import TOPICS

__all__ = ["RUNNERS", "run_command", "why_not"]

Runs = Callable[[Console, str], None]
_ACTING = {"abort": Verb.ABORT, "run": Verb.RUN, "rerun": Verb.RERUN, "delete": Verb.DELETE,
           "hold": Verb.HOLD, "release": Verb.RELEASE, "requeue": Verb.REQUEUE, "alter": Verb.ALTER,
           "clone": Verb.CLONE, "retry": Verb.RETRY, "resume": Verb.RESUME, "recover": Verb.RECOVER}  # fmt: skip


def run_command(console: Console, text: str) -> None:
    """Do what was typed; whatever is wrong with it is said.

    Args:
        text: Without `:`, aliases put in.
    """
    word, _, rest = text.partition(" ")
    rest = rest.strip()
    command = find(word)
    try:
        if (action := _here(console, word, command, rest)) is not None:
            console.act_later(action.binding.action, action.node)
            return
        if command is None:
            near = get_close_matches(word, [command.word for command in COMMANDS], 1)
            hint = f"did you mean :{near[0]}?" if near else ": and tab lists them"
            raise UsageError(f"there is no command {word!r}; {hint}")
        if why := why_not(console, command.word):
            raise UsageError(f"{command.word}: {why}")
        if command.needs and not rest:
            raise UsageError(f"write :{command.word} {command.arguments}")
        runner = RUNNERS.get(command.word)
        if runner is not None and (rest or command.action is None):
            runner(console, rest)
        else:
            of_list = next(action for action in ACTIONS if action.id == command.action)
            console.back_to_list()
            console.act_later(of_list.action, console.list_screen)
    except TuiError as error:
        console.say(str(error), "warn")


def _here(console: Console, word: str, command: Command | None, rest: str) -> ActiveBinding | None:
    """What the screen itself does for a word: an action's id, or a command that means what is open, not the list."""
    works = live(console.screen)
    if word in works:
        return works[word]
    if rest or command is None or command.action is None:
        return None
    name = command.action.partition(".")[2]
    ids = (f"{place}.{name}" for place in PLACES)
    return next((works[id_] for id_ in ids if id_ in works), None)


def why_not(console: Console, word: str) -> str:
    """Why a command cannot be run now; empty when it can."""
    chosen = console.at_hand
    if word in {"batch", "log", "triage", "diff", "raw", "copy", "tag", "rename", "priority", *_ACTING} and not chosen:
        return "" if word in {"batch", "log", "triage", "diff", *_ACTING} else "no task under the cursor"
    if word in _ACTING and chosen:
        reasons = {console.deck.actions.refusal(_ACTING[word], task) for task in chosen[:50]}
        return "" if None in reasons or word == "rerun" else str(next(iter(reasons)))
    if word == "ungroup":
        return "" if console.grouped else "nothing is grouped"
    return ""


# --- looking ---------------------------------------------------------------------------------------------------------


def _tasks(console: Console, text: str) -> None:
    words = text.split()
    console.back_to_list()
    for word in words:
        if word.startswith("@"):
            console.list_screen.use(word[1:] if word != "@all" else None)
    console.list_screen.show_filter(" ".join(word for word in words if not word.startswith("@")))


def _resolved(console: Console, word: str) -> TaskRef:
    """A reference, an address, or an id that the list knows."""
    if ":" in word:
        return console.deck.resolve(word)
    known = [task.ref for task in console.list_screen.listing.tasks.values() if task.ref.id.startswith(word)]
    if len(known) != 1:
        raise UsageError(f"{len(known)} tasks have an id that begins with {word}; write ACCOUNT:ID")
    return known[0]


def _opens(view: View) -> Runs:
    def run(console: Console, text: str) -> None:
        word = text.split(" ")[0]
        ref = _resolved(console, word) if word else next((task.ref for task in console.at_hand), None)
        if ref is None:
            raise UsageError("no task under the cursor; name one as ACCOUNT:ID")
        console.open(ref, View.JOB if ref.job is not None and view is View.DETAIL else view)

    return run


def _triage(console: Console, text: str) -> None:
    """Of a task or batch where one is named, else of what the filter leaves."""
    try:
        ref = _resolved(console, text)
    except TuiError:
        try:
            console.list_screen.query_of.parsed(text)
        except QueryError as error:
            raise UsageError(f"column {error.start + 1}: {error.reason}") from None
        console.group_failures(text)
    else:
        console.open(ref, View.TRIAGE)


def _diff(console: Console, text: str) -> None:
    """Of two, or of one and the good one it is best compared with."""
    refs = tuple(_resolved(console, word) for word in text.split()[:2])
    console.open(refs[0], View.DIFF, refs[1] if len(refs) == 2 else None)


def _shows(screen: str) -> Runs:
    return lambda console, text: console.show_own(screen)


def _help(console: Console, text: str) -> None:
    if text and text not in TOPICS:
        raise UsageError(f"there is no help on {text}; there is: {', '.join(TOPICS)}")
    console.show_own("help", text)


# --- arranging -------------------------------------------------------------------------------------------------------


def _view(console: Console, text: str) -> None:
    words, screen = text.split(), console.list_screen
    query = screen.query_of
    match words:
        case [] | ["list"]:
            console.say("views: " + ", ".join(all_views(query.views)))
        case ["save", name]:
            if not re.fullmatch(r"[\w-]{1,40}", name):
                raise UsageError("a view's name is made of letters, digits, - and _")
            query.views[name] = query.as_view(name, screen.layout_of.written)
            _kept(console, f"the view {name} is saved")
            query.place = replace(query.place, view=name)
            screen.panes.draw()
        case ["rm", name]:
            if query.views.pop(name, None) is None:
                raise UsageError(f"there is no saved view {name}")
            _kept(console, f"the view {name} is gone")
        case [name]:
            console.back_to_list()
            screen.panes.view(None if name == "all" else name)
        case _:
            raise UsageError("write :view NAME, :view save NAME, :view rm NAME or :view list")


def _kept(console: Console, said: str) -> None:
    try:
        save_views(console.list_screen.query_of.views)
    except OSError as error:
        console.say(f"{said} for now, and not on disk: {error.strerror}", "warn")
    else:
        console.say(said)


def _shows_view(name: str) -> Runs:
    def run(console: Console, text: str) -> None:
        console.back_to_list()
        console.list_screen.panes.view(name)

    return run


def _and_filter(make: Callable[[str], str]) -> Runs:
    """Add a term to the filter in place of one of the same field."""

    def run(console: Console, text: str) -> None:
        term = make(text)
        field = term.split(":")[0].split("=")[0]
        others = [w for w in console.list_screen.query_of.place.query.split() if not re.match(rf"{field}[:=<>!~]", w)]
        console.back_to_list()
        console.list_screen.show_filter(" ".join((*others, term)))

    return run


def _project(name: str) -> str:
    return f'project:"{name}"' if " " in name else f"project:{name}"


def _sort(console: Console, text: str) -> None:
    """The groups, where they are shown, else the list."""
    shown = console.screen
    (shown if isinstance(shown, Sorting) else console.list_screen).sort(text)


def _group(console: Console, text: str) -> None:
    names = tuple(name for name in re.split(r"[,\s]+", text) if name)
    console.back_to_list()
    console.list_screen.group(names)


# --- refreshing, scope -----------------------------------------------------------------------------------------------


def _refresh(console: Console, text: str) -> None:
    word, _, account = text.partition(" ")
    account = account.strip() or (word if word in console.deck.handles else "")
    if account and account not in console.deck.handles:
        raise UsageError(f"there is no account {account}; there are {', '.join(console.deck.handles)}")
    if word == "off":
        if not console.list_screen.panes.paused:
            console.list_screen.action_pause()
    elif word in {"now", account}:
        console.deck.refresh(account or None)
        console.say("asking again", "dim")
    else:
        span = duration(word)
        if span is None or span < timedelta(seconds=2):
            raise UsageError("write :refresh now, :refresh off or :refresh 30s (2s at least)")
        console.deck.set_intervals(Intervals(visible=span.total_seconds(), blurred=max(30.0, span.total_seconds())))
        if console.list_screen.panes.paused:
            console.list_screen.action_pause()
        console.say(f"asking every {word}")


def _login(console: Console, text: str) -> None:
    console.login(text)


def _use(console: Console, text: str) -> None:
    console.back_to_list()
    console.list_screen.use(None if text == "all" else text)


def _read_only(console: Console, text: str) -> None:
    if text not in {"on", "off"}:
        raise UsageError("write :ro on or :ro off")
    console.set_read_only(text == "on")


# --- acting ----------------------------------------------------------------------------------------------------------


def _acts(verb: Verb) -> Runs:
    def run(console: Console, text: str) -> None:
        words, settings, most = text.split(), dict[str, str](), None
        dry = failed = False
        as_batch = True
        refs: list[TaskRef] = []
        while words:
            word = words.pop(0)
            if word == "--dry-run":
                dry = True
            elif word in {"--set", "--max"} and words:
                value = words.pop(0)
                key, equals, setting = value.partition("=")
                if word == "--set" and equals:
                    settings[key] = setting
                elif word == "--max" and value.isdigit():
                    most = int(value)
                else:
                    raise UsageError(f"{word} {value}: write --set KEY=VALUE and --max NUMBER")
            elif word in {"failed", "--failed"} and verb is Verb.RERUN:
                failed = True
            elif word == "--no-batch" and verb is Verb.RUN:
                as_batch = False
            elif word != "marked":
                refs.append(_resolved(console, word))
        if verb is Verb.ALTER and not settings:
            raise UsageError("write :alter --set KEY=VALUE")
        if settings and verb not in {Verb.RERUN, Verb.ALTER}:
            raise UsageError(f"{verb.value} takes no --set")
        tasks = tuple(_held(console, ref) for ref in refs) if refs else console.at_hand
        if not tasks:
            raise UsageError("no task under the cursor")
        if most is not None and len(tasks) > most:
            raise UsageError(f"more than --max {most}: {count_text(len(tasks), 'task')}")
        chosen = Verb.RERUN_FAILED if failed else verb
        console.actions.plan(chosen, tasks, settings=settings, as_batch=as_batch, dry=dry)

    return run


def _held(console: Console, ref: TaskRef) -> Task:
    task = console.snapshot.task(ref)
    if task is None:
        raise UsageError(f"{ref} is not in the list; open it with :task {ref} and act there")
    return task


def _ack(console: Console, text: str) -> None:
    """With its note."""
    if not isinstance(console.screen, Acknowledging):
        raise UsageError("open the failures with E, and put the cursor on a group")
    console.screen.acknowledge(text)


def _priority(console: Console, text: str) -> None:
    number, *refs = reversed(text.split())
    if not number.isdecimal():
        raise UsageError("write :priority NUMBER, or :priority ID ... NUMBER")
    tasks = tuple(_held(console, _resolved(console, ref)) for ref in reversed(refs)) or console.at_hand
    console.actions.plan(Verb.ALTER, tasks, settings={"priority": number})


def _tag(console: Console, text: str) -> None:
    console.actions.plan(Verb.TAG, console.at_hand, tags=tag_changes(text))


def _rename(console: Console, text: str) -> None:
    console.actions.plan(Verb.RENAME, console.at_hand[:1], name=text)


RUNNERS: Mapping[str, Runs] = {
    "tasks": _tasks,
    "task": _opens(View.DETAIL),
    "batch": _opens(View.BATCH),
    "job": _opens(View.JOB),
    "log": _opens(View.LOG),
    "open": _opens(View.DETAIL),
    "triage": _triage,
    "diff": _diff,
    "accounts": _shows("accounts"),
    "actions": _shows("actions"),
    "keys": _shows("help"),
    "help": _help,
    "running": _shows_view("running"),
    "mine": _shows_view("mine"),
    "view": _view,
    "since": _and_filter(lambda text: f"updated:{text}"),
    "project": _and_filter(_project),
    "sort": _sort,
    "group": _group,
    "ungroup": lambda console, text: console.back_to_list(),
    "cols": lambda console, text: console.list_screen.columns(text),
    "col": lambda console, text: console.list_screen.compute(text),
    "refresh": _refresh,
    "use": _use,
    "login": _login,
    "ro": _read_only,
    "mark": lambda console, text: console.list_screen.mark_matching(text),
    **{word: _acts(verb) for word, verb in _ACTING.items()},
    "ack": _ack,
    "tag": _tag,
    "rename": _rename,
    "priority": _priority,
    "copy": copy_word,
    "save": save,
    "theme": lambda console, text: change(console, f"display.theme={text}"),
    "set": change,
}
"""By the command's word. One without a runner does what its key does; one with both, only with arguments."""

assert all(command.word in RUNNERS or command.action for command in COMMANDS)

"""The columns of the list: what each shows, how wide it is, and which go first when there is no room."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from tui.domain.action import Verb
from tui.domain.query import FIELDS, Context, Field, Type
from tui.domain.status import TaskStatus
from tui.domain.task import Progress, Task, TaskRef
from tui.ui.present.bars import progress
from tui.ui.present.cells import Cell, Column
from tui.ui.present.format import coarse_text, cost_text, none_text
from tui.ui.present.glyphs import MISSING, STATUS
from tui.ui.present.zone import local

__all__ = [
    "DEFAULT_COLUMNS",
    "NAMES",
    "WORDS",
    "Shown",
    "Word",
    "cells_of",
    "columns_for",
    "empty_columns",
    "help_of",
    "short_names",
]


@dataclass(frozen=True, slots=True)
class Word:
    """How a status stands on the screen."""

    word: str
    """At most 8 letters."""
    short: str
    """At most 4."""
    brief: str
    """In the counts of a narrow header."""
    role: str
    """The table's component class."""


WORDS: Mapping[TaskStatus, Word] = {
    TaskStatus.DRAFT: Word("DRAFT", "DRFT", "drft", "dim"),
    TaskStatus.QUEUED: Word("QUEUED", "QUED", "que", "wait"),
    TaskStatus.STARTING: Word("STARTING", "STRT", "strt", "start"),
    TaskStatus.RUNNING: Word("RUNNING", "RUN", "run", "run"),
    TaskStatus.FINISHING: Word("FINISH", "FIN", "fin", "start"),
    TaskStatus.DONE: Word("DONE", "DONE", "done", "done"),
    TaskStatus.FAILED: Word("FAILED", "FAIL", "fail", "bad"),
    TaskStatus.ABORTED: Word("ABORTED", "ABRT", "abrt", "abort"),
    TaskStatus.UNKNOWN: Word("UNKNOWN", "UNKN", "unkn", "unknown"),
}
"""Words of section 5 of the screens contract."""

_UNDER_WAY: Mapping[Verb, tuple[str, str]] = {
    Verb.ABORT: ("ABORTING", "ABTG"),
    Verb.RUN: ("RUN..", "RUN."),
    Verb.DELETE: ("DELETING", "DEL."),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """What a cell needs to know besides the task."""

    now: datetime
    context: Context
    narrow: bool = False
    """Short words."""
    absolute: bool = False
    """Times of the clock instead of ages."""
    accounts: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Short names."""
    projects: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Names of projects that the tasks know by id only."""
    currency: str = ""
    """The only one there is; it stands in the head, not in the rows. Empty where there are several or none."""
    stale: Collection[str] = ()
    """Accounts whose data is stale: what can change is marked `~`."""
    in_flight: Mapping[TaskRef, Verb] = field(default_factory=lambda: MappingProxyType({}))
    """Actions under way."""
    fresh: Collection[str] = ()
    """Keys that changed within the last moments."""


Text = Callable[[Task, Shown], Cell]
_BAR_ROLES: Mapping[TaskStatus, str] = {
    TaskStatus.DONE: "done",
    TaskStatus.FAILED: "done",
    TaskStatus.ABORTED: "abort",
}
"""What the bar of a task is drawn in, where nothing of it runs."""
_WIDE_BAR, _NARROW_BAR = 10, 6
_COUNTED = 1_000
"""More children than this are said as a share of all."""


@dataclass(frozen=True, slots=True)
class Look:
    """One column as the list knows it."""

    name: str
    """The field it shows and sorts by."""
    label: str
    width: int
    cell: Text
    short: str = ""
    """The label on a narrow screen, where it differs."""
    narrow: int = 0
    """The width on a narrow screen, where it differs."""
    right: bool = False
    frozen: bool = False


def _status(task: Task, shown: Shown) -> Cell:
    word = WORDS[task.status]
    text = word.short if shown.narrow else word.word
    role = word.role
    verb = shown.in_flight.get(task.ref)
    if verb is None and task.status is TaskStatus.FINISHING and task.native_status.upper().startswith("ABORT"):
        verb = Verb.ABORT
    if verb is not None:
        long, short = _UNDER_WAY.get(verb, (verb.value.upper()[:8], "...."))
        text, role = (short if shown.narrow else long), "start"
    if task.ref.account in shown.stale and not task.status.is_final:
        text += "~"
    return Cell(text, role, parts=((f"{STATUS[task.status]} {text}", role),))


def _missing(task: Task, field: str) -> Cell:
    """A value that the platform does not report, or sent so that it cannot be read."""
    said = none_text(task, field)
    return Cell(said, "dim") if said == "?" else Cell(said, "faint", parts=((MISSING, "faint"),))


def _steps(task: Task, shown: Shown) -> Cell:
    """How far: a bar with its numbers; of what waits or failed alone, why."""
    role = _BAR_ROLES.get(task.status, "run")
    if task.counts is not None and (total := task.counts.total):
        done, failed = task.counts.finished, task.counts.failed
        bar = progress(done, total, failed, _NARROW_BAR if shown.narrow else _WIDE_BAR, role)
        said = _of_total(done, total, shown.narrow)
        more = "?" if "counts" in task.garbled else ""
        news = f"{STATUS[TaskStatus.FAILED]}{failed:,}" if failed else ""
        text = " ".join(filter(None, (f"{done}/{total}", news, more)))
        parts = [*bar, (f" {said}", ""), (f" {news}" if news else "", "bad"), (f" {more}" if more else "", "dim")]
        return Cell(text, "fail" if failed else "", parts=tuple(part for part in parts if part[0]))
    bad = task.status is TaskStatus.FAILED
    if task.status.is_bad or task.status in {TaskStatus.QUEUED, TaskStatus.DRAFT}:
        said = task.reason or (task.errors[0].message if task.errors else "")
        if said:
            return Cell(said, "fail" if bad or task.status is TaskStatus.DRAFT else "dim")
    if task.progress is None:
        return _missing(task, "steps")
    return _far(task.progress, shown, role, bad)


def _far(far: Progress, shown: Shown, role: str, bad: bool) -> Cell:
    """Steps of all, or a percentage."""
    if far.total:
        share, said = (far.done or 0) / far.total, f"{far.done or 0}/{far.total}"
    elif far.percent is not None:
        share, said = far.percent / 100, f"{far.percent:.0f}%"
    else:
        return Cell("-", "faint", parts=((MISSING, "faint"),))
    bar = progress(min(share, 1.0), 1.0, 0.0, _NARROW_BAR if shown.narrow else _WIDE_BAR, role)
    return Cell(said, "fail" if bad else "", parts=(*bar, (f" {said}", "fail" if bad else "")))


def _of_total(done: int, total: int, narrow: bool) -> str:
    """`7/16`; of more than a thousand `22% of 10k`, or only the share where it is narrow."""
    if total <= _COUNTED:
        return f"{done}/{total}"
    share = f"{done * 100 // total}%"
    return share if narrow else f"{share} of {total / 1000:.3g}k" if total < 1_000_000 else f"{share} of {total:.2g}"


def _name(task: Task, shown: Shown) -> Cell:
    bad = task.status is TaskStatus.FAILED
    return Cell(task.name if task.name.strip() else f"({task.ref.id})", "strong" if bad else "name")


def _account(task: Task, shown: Shown) -> Cell:
    return Cell(shown.accounts.get(task.ref.account, task.ref.account), "dim")


def _cost(task: Task, shown: Shown) -> Cell:
    said = cost_text(task)
    if said is None or task.price is None:
        return _missing(task, "cost")
    bare = task.price.currency == shown.currency
    return Cell(said, parts=((f"{task.price.amount:,.2f}", ""),) if bare else ())


def _last(text: str | None, parts: int) -> Cell:
    if not text:
        return Cell("-", "faint", parts=((MISSING, "faint"),))
    return Cell("/".join(text.split("/")[-parts:]), "dim")


def _app(task: Task, shown: Shown) -> Cell:
    return _last(task.app, 2)


def _project(task: Task, shown: Shown) -> Cell:
    return _last(shown.projects.get(task.project or "", task.project), 1)


def _age(task: Task, shown: Shown) -> Cell:
    if task.created is None:
        return _missing(task, "age")
    if not shown.absolute:
        return Cell(coarse_text(task.age(shown.now)), "dim")
    at = local(task.created)
    return Cell(f"{at:%H:%M}" if at.date() == local(shown.now).date() else f"{at:%m-%d}", "dim")


def _updated(task: Task, shown: Shown) -> Cell:
    at = task.updated
    if at is None:
        return _missing(task, "updated")
    if shown.absolute:
        return _when(at, shown)
    return Cell(f"{coarse_text(max(shown.now - at, timedelta(0)))} ago", "dim")


def _when(at: datetime, shown: Shown) -> Cell:
    at = local(at)
    return Cell(f"{at:%H:%M:%S}" if at.date() == local(shown.now).date() else f"{at:%m-%d %H:%M}", "dim")


def _of_field(known: Field) -> Text:
    """How the value of any field is shown."""
    read: Callable[[Task, Context], Any] = known.read

    def cell(task: Task, shown: Shown) -> Cell:
        value = read(task, shown.context)
        if value is None or value == "":
            return _missing(task, known.name)
        match known.type:
            case Type.DURATION:
                return Cell(coarse_text(value))
            case Type.TIME:
                if shown.absolute:
                    return _when(value, shown)
                return Cell(f"{coarse_text(max(shown.now - value, timedelta(0)))} ago", "dim")
            case Type.NUMBER:
                return Cell(f"{value:g}")
        return Cell(str(value))

    return cell


_SPECIAL: Mapping[str, Look] = {
    look.name: look
    for look in (
        Look("status", "  STATUS", 11, _status, "  STAT", 7, frozen=True),
        Look("account", "ACCT", 4, _account, "ACT", 3, frozen=True),
        Look("name", "NAME", 30, _name, narrow=26, frozen=True),
        Look("steps", "PROGRESS", 25, _steps, narrow=18),
        Look("queued", "QUEUED", 7, _of_field(next(f for f in FIELDS if f.name == "queued")), right=True),
        Look("run", "RUN", 6, _of_field(next(f for f in FIELDS if f.name == "run")), right=True),
        Look("age", "AGE", 6, _age, right=True),
        Look("cost", "COST", 12, _cost, right=True, narrow=11),
        Look("app", "APP / TOOL", 21, _app),
        Look("project", "PROJECT", 12, _project, narrow=10),
        Look("updated", "UPDATED", 11, _updated),
    )
}
_WIDTHS = {Type.TEXT: 16, Type.WORD: 12, Type.NUMBER: 6, Type.DURATION: 7, Type.TIME: 11, Type.MONEY: 12, Type.MAP: 12}
_RIGHT = {Type.NUMBER, Type.DURATION, Type.MONEY}
_ALL: Mapping[str, Look] = {
    f.name: _SPECIAL.get(f.name)
    or Look(f.name, f.name.upper().replace("_", " "), _WIDTHS[f.type], _of_field(f), right=f.type in _RIGHT)
    for f in FIELDS
    if f.type is not Type.MAP
}

NAMES: Sequence[str] = tuple(_ALL)
"""Every column there is; each is a field of the filter language."""
DEFAULT_COLUMNS = ("status", "account", "name", "steps", "queued", "run", "age", "cost", "app", "project", "updated")
"""As the list starts."""
_GOING = ("name", "status", "account", "steps", "age", "cost", "project", "run", "app", "queued", "updated")
"""The later a column stands here, the earlier it goes."""
_LEAST_NAME = 18
_ADDED_NARROW = 14
"""Cells that a column has at most that was added on a narrow screen."""
_NEVER_EMPTY = frozenset({"name", "status", "account", "age", "steps"})
_ADDED = 1_000 * _GOING.index("cost") - 500
"""Columns that somebody asked for stay longer than the default ones."""


def look_of(field: Field) -> Look:
    """How a computed field is shown."""
    label = field.name.upper().replace("_", " ")
    return Look(field.name, label, max(len(label), _WIDTHS[field.type]), _of_field(field), right=field.type in _RIGHT)


def help_of(name: str, extra: Mapping[str, Field]) -> str:
    """What a column shows."""
    field = extra.get(name) or next(f for f in FIELDS if f.name == name)
    return field.help


def columns_for(
    names: Sequence[str],
    *,
    narrow: bool,
    accounts: int = 3,
    least: int = 18,
    extra: Mapping[str, Field] = MappingProxyType({}),
    every: bool = False,
    currency: str = "",
    empty: Collection[str] = (),
) -> tuple[Column, ...]:
    """The table's columns for these names.

    Args:
        names: In order; those that are always there are not added here.
        narrow: The screen is under 100 cells wide.
        accounts: Width of the short account names.
        least: What the name column must have, unless a column was added: the name gives way before a second column
            has to go for it.
        extra: Computed columns.
        every: None is left out; what does not fit is reached by scrolling sideways.
        currency: The only one, to stand in the head.
        empty: Columns in which no row has anything; those that nobody asked for fold away.
    """
    added = {name for name in names if name not in DEFAULT_COLUMNS}
    least = min(least, _LEAST_NAME) if added else least
    made = []
    for place, name in enumerate(names):
        look = _ALL.get(name) or look_of(extra[name])
        width = look.narrow if narrow and look.narrow else look.width
        if name == "account":
            width = max(3, accounts)
        if name == "name":
            width = max(_LEAST_NAME, min(least, width))
        if narrow and name in added:
            width = min(width, _ADDED_NARROW)
        label = look.short if look.short and (narrow or len(look.label) > width) else look.label
        if name == "cost" and currency:
            label, width = f"{label} {currency}", width - 2
        known = 1_000 * _GOING.index(name) if name in _GOING else _ADDED + place
        priority = 0 if every or name in {"name", "status"} else known
        is_name = name == "name"
        folded = name in empty and name not in added and not every
        made.append(
            Column(
                name, label, width, priority, right=look.right, grows=is_name and not every, middle=is_name,
                frozen=look.frozen, folded=folded,
            )
        )  # fmt: skip
    return tuple(made)


def cells_of(
    names: Sequence[str], extra: Mapping[str, Field] = MappingProxyType({})
) -> Callable[[Task, Shown], tuple[Cell, ...]]:
    """What a row of these columns says."""
    texts = [(_ALL.get(name) or look_of(extra[name])).cell for name in names]
    return lambda task, shown: tuple(text(task, shown) for text in texts)


_READ_FROM = {"cost": "price", "age": "created", "run": "started", "steps": "progress"}
"""Of columns, what the platform sends for them."""


def empty_columns(names: Iterable[str], tasks: Sequence[Task], context: Context) -> frozenset[str]:
    """The default columns in which none of the tasks has a value."""
    fields = {field.name: field for field in FIELDS}
    return frozenset(
        name
        for name in names
        if name in DEFAULT_COLUMNS and name not in _NEVER_EMPTY and not _any(fields[name].read, tasks, context)
        if not any(_READ_FROM.get(name, name) in task.garbled for task in tasks)  # a `?` is something to see
    )


def _any(read: Callable[[Task, Context], Any], tasks: Sequence[Task], context: Context) -> bool:
    return any(read(task, context) not in {None, ""} for task in tasks)


def short_names(accounts: Sequence[str], least: int = 3, most: int = 10) -> dict[str, str]:
    """The accounts' names cut as short as keeps them apart."""
    size = least
    while size < most and len({name[:size] for name in accounts}) < len(set(accounts)):
        size += 1
    return {name: name[:size] for name in accounts}

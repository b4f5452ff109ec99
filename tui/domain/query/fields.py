"""The fields of the filter language: one table for parser, matcher, sorting, completion, help and README."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum
from functools import lru_cache
from operator import attrgetter
from types import MappingProxyType
from typing import Any

from tui.domain.duration import duration
from tui.domain.named_exit import exit_of
from tui.domain.query.nodes import Node
from tui.domain.status import TaskStatus
from tui.domain.task import Job, Task, TaskRef

__all__ = ["ALIASES", "FIELDS", "FLAGS", "PLANNED", "Context", "Field", "Type", "lookup", "reader"]


class Type(StrEnum):
    """What a field's values are."""

    TEXT = "text"
    WORD = "word"
    """One of a few words: `:` means equals, a comma means or."""
    NUMBER = "number"
    DURATION = "duration"
    TIME = "time"
    MONEY = "money"
    MAP = "map"
    """Needs a key behind a dot."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field."""

    name: str
    type: Type
    read: "Callable[[Task, Context], Any]"
    """The value of a task, of the type's Python kind; None where it is missing. A map answers the whole mapping."""
    help: str
    example: str
    aliases: tuple[str, ...] = ()
    computed: str = ""
    """The expression it is computed by; empty for what is a property of the task."""


def _nothing(task: Task) -> str | None:
    return None


def _never(task: Task) -> bool:
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The moment, the user, and what only the program knows of tasks."""

    now: datetime
    zone: tzinfo = UTC
    """The display zone: `today` and clock times are meant in it."""
    me: Mapping[str, str] = field(default_factory=dict)
    """The user's name per account."""
    new: Collection[TaskRef] = ()
    acked: Collection[TaskRef] = ()
    marked: Collection[TaskRef] = ()
    stale: Collection[str] = ()
    """Accounts whose data is stale."""
    views: Mapping[str, Node] = field(default_factory=dict)
    """Saved filters by name."""
    extra: Mapping[str, Field] = field(default_factory=dict)
    """Computed columns by name: they sort and filter like fields."""
    projects: Mapping[str, str] = field(default_factory=dict)
    """Names of projects that tasks know by id only (Qarnot): a project is found by either."""
    since: datetime | None = None
    """The look before this one: what changed later is new; None where only `new` says so."""
    acknowledged: Callable[[Task], bool] = _never
    """Whether the reason of a failed task was acknowledged."""
    signature: Callable[[Task], str | None] = _nothing
    error_class: Callable[[Task], str | None] = _nothing

    def project(self, task: Task) -> str | None:
        """The project's name where it is known, else its id."""
        return self.projects.get(task.project, task.project) if task.project is not None else None

    def is_new(self, task: Task) -> bool:
        """It changed since the look before this one, or failed before the user's eyes."""
        return task.ref in self.new or (
            self.since is not None and (changed := task.updated) is not None and changed > self.since
        )

    def is_acked(self, task: Task) -> bool:
        """It failed for a reason that was acknowledged."""
        return task.ref in self.acked or self.acknowledged(task)

    def is_mine(self, task: Task) -> bool:
        """Created by the account's own user; where that is not known, everything is."""
        me = self.me.get(task.ref.account)
        return me is None or task.created_by is None or task.created_by == me


def _job(name: str) -> Callable[[Task, Context], Any]:
    return lambda task, context: getattr(task, name) if isinstance(task, Job) else None


def _tags(task: Task, context: Context) -> Mapping[str, str]:
    pairs = (tag.replace("=", ":", 1).partition(":") for tag in task.tags)
    return {key: value for key, _, value in pairs}


def _errors(task: Task, context: Context) -> str | None:
    return " ".join(e.message for e in task.errors) or None


def _exit(task: Task, context: Context) -> int | None:
    return exit_of(task)


def _batch(task: Task, context: Context) -> str | None:
    if task.parent is not None:
        return task.parent.id
    return task.ref.id if task.counts is not None or task.ref.job is not None else None


def _lost(task: Task, context: Context) -> Any:
    return task.price if task.status in {TaskStatus.FAILED, TaskStatus.ABORTED} else None


def _revision(task: Task, context: Context) -> int | None:
    revision = task.revision
    return None if revision is None else int(revision)


def _setting(name: str) -> Callable[[Task, Context], str | None]:
    return lambda task, context: task.settings.get(name)


@lru_cache(4096)
def _span_of(text: str) -> timedelta | None:
    try:
        return duration(text)
    except ValueError:
        return None


def _span(name: str) -> Callable[[Task, Context], timedelta | None]:
    """A setting that is a span of time, as a scheduler's limits are."""

    def read(task: Task, context: Context) -> timedelta | None:
        text = task.settings.get(name)
        return None if text is None else _span_of(text)

    return read


def _yes(value: bool | None) -> str | None:
    return None if value is None else "yes" if value else "no"


_T, _W, _N, _D, _Z, _M = Type.TEXT, Type.WORD, Type.NUMBER, Type.DURATION, Type.TIME, Type.MONEY

FIELDS: tuple[Field, ...] = (
    Field("id", _T, lambda t, c: t.ref.id if t.ref.job is None else t.ref.job, "the platform's id", "id:7f3c"),
    Field("name", _T, lambda t, c: t.name, "the task's name", "name:/^chr(1|2|X)$/"),
    Field("status", _W, lambda t, c: t.status.value, "the unified status", "status:failed,aborted", ("st", "state")),
    Field("native", _W, lambda t, c: t.native_status.lower(), "the platform's own word", "native:UploadingResults"),
    Field("platform", _W, lambda t, c: t.platform, "the platform", "pf:qarnot", ("pf",)),
    Field("account", _W, lambda t, c: t.ref.account, "the account", "account:cgc", ("acct", "act")),
    Field("kind", _W, lambda t, c: t.kind.value, "task, batch or job", "kind:batch"),
    Field("project", _T, lambda t, c: c.project(t), "the project, by name or id", "project:luad", ("prj",)),
    Field("app", _T, lambda t, c: t.app, "app, profile or tool", "app:star", ("tool",)),
    Field("rev", _N, _revision, "the app's revision", "rev=14"),
    Field("user", _T, lambda t, c: t.created_by, "who created it", "user:rfranklin", ("by",)),
    Field("batch", _T, _batch, "the batch it is, or is in", "batch:b-91cc"),
    Field("parent", _T, lambda t, c: t.parent.id if t.parent else None, "the batch it is in", "parent:none"),
    Field("child", _N, lambda t, c: t.index, "its number in the batch", "child:0..99", ("idx",)),
    Field("key", _T, lambda t, c: t.key, "what makes it differ from its siblings", "key:s31"),
    Field("tag", Type.MAP, _tags, "a tag", "tag.nightly:any"),
    Field("meta", Type.MAP, lambda t, c: t.metadata, "metadata or label", "meta.library=RNA"),
    Field("in", Type.MAP, lambda t, c: t.arguments, "an input or argument", "in.seed>40"),
    Field("set", Type.MAP, lambda t, c: t.settings, "an execution setting", "set.max_parallel_instances>1"),
    Field("out", Type.MAP, lambda t, c: t.outputs, "an output, where the list holds it", "out.vcf:none"),
    Field("created", _Z, lambda t, c: t.created, "when it was made", "created:2026-11-01..2026-11-07"),
    Field("started", _Z, lambda t, c: t.started, "when it began to run", "started>=-2h"),
    Field("ended", _Z, lambda t, c: t.ended, "when it ended", "ended:today"),
    Field("updated", _Z, lambda t, c: t.updated, "when it last changed", "updated:7d", ("upd",)),
    Field("age", _D, lambda t, c: t.age(c.now), "how long ago it was made", "age<3d"),
    Field("dur", _D, lambda t, c: t.duration(c.now), "how long it took or takes", "dur>2h", ("duration",)),
    Field("run", _D, lambda t, c: t.ran(c.now), "how long it ran", "run>30m"),
    Field("queued", _D, lambda t, c: t.queued(c.now), "how long it waited", "queued>1h"),
    Field("cost", _M, lambda t, c: t.price, "what it cost so far", "cost>5usd", ("price",)),
    Field("currency", _W, lambda t, c: t.price.currency.lower() if t.price else None, "of the cost", "currency:eur"),
    Field("spent_lost", _M, _lost, "cost of what failed or was aborted", "spent_lost>1"),
    Field("instance", _T, lambda t, c: t.instance, "machine type", "instance:c5.4xlarge"),
    Field("spot", _W, lambda t, c: _yes(t.spot), "interruptible machine", "spot:yes"),
    Field("region", _T, lambda t, c: t.region, "where it runs", "region:us-east-1"),
    Field("partition", _T, _setting("partition"), "the scheduler's queue", "partition:gpu"),
    Field("qos", _W, _setting("qos"), "the scheduler's quality of service", "qos:high"),
    Field("node", _T, _setting("node"), "the machines it has", "node:n04"),
    Field("limit", _D, _span("limit"), "its time limit", "limit>4h"),
    Field("left", _D, _span("left"), "the time left until its limit", "left<30m"),
    Field("host", _T, _job("host"), "the machine", "host:et-w17"),
    Field("attempt", _N, _job("attempt"), "which try", "attempt>1"),
    Field("exit", _N, _exit, "exit code, as triage shows it", "exit:137"),
    Field("class", _W, lambda t, c: c.error_class(t), "class of the failure", "class:memory"),
    Field("sig", _T, lambda t, c: c.signature(t), "signature of the failure", "sig:oom"),
    Field("reason", _T, lambda t, c: t.reason, "why it is in its status", "reason:denied"),
    Field("err", _T, _errors, "errors the platform attached", "err:schema"),
    Field("steps", _N, lambda t, c: t.progress.done if t.progress else None, "steps or children done", "steps>3"),
    Field("pct", _N, lambda t, c: t.progress.percent if t.progress else None, "percent done", "pct<50", ("progress",)),
    Field("new", _W, lambda t, c: _yes(c.is_new(t)), "changed since I last looked: yes or no", "new:yes"),
    Field("ack", _W, lambda t, c: _yes(c.is_acked(t)), "acknowledged: yes or no", "ack:no"),
    Field("mark", _W, lambda t, c: _yes(t.ref in c.marked), "marked: yes or no", "mark:yes"),
    Field("stale", _W, lambda t, c: _yes(t.ref.account in c.stale), "of an account whose data is old", "stale:no"),
)
"""Every field, in the order help shows them."""

FLAGS: Mapping[str, tuple[Callable[[Task, Context], bool], str]] = {
    "open": (lambda t, c: t.status.is_open, "not final"),
    "final": (lambda t, c: t.status.is_final, "done, failed or aborted"),
    "bad": (lambda t, c: t.status.is_bad, "failed, aborted or unknown"),
    "mine": (lambda t, c: c.is_mine(t), "created by me"),
    "new": (lambda t, c: c.is_new(t), "changed since I last looked"),
    "ack": (lambda t, c: c.is_acked(t), "acknowledged"),
    "mark": (lambda t, c: t.ref in c.marked, "marked"),
    "stale": (lambda t, c: t.ref.account in c.stale, "older than two intervals"),
}
"""Bare words that are not text: what each means."""

PLANNED = frozenset({"note", "watch"})
"""Fields and flags of the language that are planned, not implemented yet."""

ALIASES: Mapping[str, str] = {alias: field.name for field in FIELDS for alias in (field.name, *field.aliases)}
"""Every name a field answers to."""

# Habits of other tools: lazyslurm's `part:` and `gpu:`.
_KEYED: Mapping[str, tuple[str, str]] = {"part": ("set", "partition"), "gpu": ("set", "gpu")}
_BY_NAME = {field.name: field for field in FIELDS}


_AS_IT_IS = frozenset(
    {"name", "project", "app", "created", "started", "ended", "updated", "key", "instance", "region", "reason"}
)
"""Fields that are an attribute of the same name."""


def reader(field: Field, context: Context) -> Callable[[Task], Any]:
    """How to read the field of a hundred thousand tasks at the same moment: without a Python call where that is so."""
    if field.name in _AS_IT_IS and not (field.name == "project" and context.projects):
        return attrgetter(field.name)
    read = field.read
    return lambda task: read(task, context)


def lookup(name: str, extra: Mapping[str, Field] = MappingProxyType({})) -> tuple[Field, str | None] | None:
    """The field of a typed name, with the key behind its dot; None when there is no such field.

    Args:
        name: As typed.
        extra: Computed columns by name.
    """
    if (own := extra.get(name)) is not None:
        return own, None
    head, dot, key = name.partition(".")
    if head.lower() in _KEYED and not dot:
        head, key = _KEYED[head.lower()]
        return _BY_NAME[head], key
    full = ALIASES.get(head.lower())
    if full is None:
        return None
    return _BY_NAME[full], (key or None) if dot else None

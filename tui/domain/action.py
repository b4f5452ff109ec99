"""The actions there are, and what follows from each: one table for dialogs, menus, help and the command line."""

from dataclasses import dataclass
from enum import StrEnum

from tui.domain.task import Task, TaskRef

__all__ = ["VERBS", "Accepted", "Outcome", "RerunPlan", "Result", "Verb", "VerbInfo"]


class Verb(StrEnum):
    """Everything that changes something on a platform. The value is the word users type and read."""

    RUN = "run"
    ABORT = "abort"
    RERUN = "rerun"
    RERUN_FAILED = "rerun-failed"
    CLONE = "clone"
    RENAME = "rename"
    TAG = "tag"
    RETRY = "retry"
    RESUME = "resume"
    RECOVER = "recover"
    HOLD = "hold"
    RELEASE = "release"
    REQUEUE = "requeue"
    ALTER = "alter"
    DELETE = "delete"
    FORGET = "forget"
    SUBMIT = "submit"
    """Make new tasks from a file: no action on a task, so it is in no menu."""


@dataclass(frozen=True, slots=True)
class VerbInfo:
    """What a dialog must say of a verb."""

    key: str
    """The letter in the action menu; empty where it is in none."""
    label: str
    """The menu line."""
    starts: bool = False
    """It can cost money."""
    creates: bool = False
    """A new task is created; the old one stays."""
    loses: bool = False
    """It cannot be undone."""
    removes: bool = False
    """What it removes is gone, so the count is typed (R38)."""
    needs: str | None = None
    """What has to be asked first: `name`, `tags`, `settings`."""


VERBS: dict[Verb, VerbInfo] = {
    Verb.ABORT: VerbInfo("a", "abort", loses=True),
    Verb.RERUN: VerbInfo("r", "rerun as a new task", starts=True, creates=True),
    Verb.RERUN_FAILED: VerbInfo("f", "rerun only what failed", starts=True, creates=True),
    Verb.RUN: VerbInfo("n", "run this draft", starts=True),
    Verb.CLONE: VerbInfo("e", "copy as a draft to edit", creates=True),
    Verb.RENAME: VerbInfo("m", "rename", needs="name"),
    Verb.TAG: VerbInfo("t", "change tags", needs="tags"),
    Verb.RETRY: VerbInfo("y", "retry the failed instances", starts=True, creates=True),
    Verb.RESUME: VerbInfo("u", "resume the cancelled instances", starts=True, creates=True),
    Verb.RECOVER: VerbInfo("o", "recover the failed and cancelled instances", starts=True, creates=True),
    Verb.HOLD: VerbInfo("h", "hold: keep it from starting"),
    Verb.RELEASE: VerbInfo("l", "release: let it start"),
    Verb.REQUEUE: VerbInfo("z", "requeue: run the same task again, its log is overwritten", starts=True, loses=True),
    Verb.ALTER: VerbInfo("s", "alter its settings in place", needs="settings"),
    Verb.DELETE: VerbInfo("d", "delete", loses=True, removes=True),
    Verb.FORGET: VerbInfo("g", "forget the records", loses=True, removes=True),
    Verb.SUBMIT: VerbInfo("", "submit a file", starts=True, creates=True),
}
"""Every verb, in the order menus show them."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """What an adapter's action answers when the platform accepted it."""

    task: Task | None = None
    """The task as it stands now, if the answer held it."""
    new: TaskRef | None = None
    """The task that was created; the first of them where there are several."""
    message: str | None = None
    """What the user should know, in one line."""
    already: bool = False
    """The aim had been reached before."""


@dataclass(frozen=True, slots=True)
class RerunPlan:
    """What running again only what failed of one batch creates, told before anything is sent."""

    what: str
    """In words that go on after "they run again: "."""
    requests: int
    """Calls that it takes, reading included, as far as that can be told."""


class Outcome(StrEnum):
    """How an action on one target ended (the JSON words of `product.md` section 4)."""

    DONE = "done"
    ALREADY = "already"
    SKIPPED = "skipped"
    REFUSED = "refused"
    NOT_SENT = "not_sent"
    UNKNOWN = "unknown"
    NOT_TRIED = "not_tried"
    PLANNED = "planned"


@dataclass(frozen=True, slots=True)
class Result:
    """One target of one action, ended."""

    ref: TaskRef
    verb: Verb
    outcome: Outcome
    status: str | None = None
    """The target's unified status afterwards, as far as known."""
    new: TaskRef | None = None
    message: str | None = None
    error: Exception | None = None
    """The `PlatformError` behind it, for exit codes."""

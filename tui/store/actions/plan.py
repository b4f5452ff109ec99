"""What an action would do, before anything is sent: a frozen value that dialogs and commands show."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from tui.domain.account import Budget
from tui.domain.action import VERBS, Verb
from tui.domain.money import Sum
from tui.domain.task import Task, TaskRef, spent_on
from tui.store.actions.rerun import Again, again_sentences

__all__ = ["TYPED_OVER", "UNDONE", "Changed", "Plan"]

TYPED_OVER = 5
"""More targets than this need their count typed (R38)."""
UNDONE = "This cannot be undone."
"""What is said of an action whose loss is final."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A target that is not what the dialog showed any more."""

    old: Task
    new: Task | None
    """None: it is gone."""

    @property
    def what(self) -> str:
        """The change in words."""
        if self.new is None:
            return f"{self.old.ref} is gone"
        for name in ("status", "name", "project"):
            before, after = getattr(self.old, name), getattr(self.new, name)
            if before != after:
                return f"{self.old.ref}: {name} was {before}, is {after}"
        return f"{self.old.ref} changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One verb on frozen targets."""

    verb: Verb
    targets: tuple[Task, ...]
    """What will be sent, one action each, as the tasks stood when the plan was made."""
    skipped: tuple[tuple[Task, str], ...] = ()
    """Left out, and why."""
    already: tuple[Task, ...] = ()
    """Where the aim is reached: nothing is sent."""
    settings: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    failed: tuple[TaskRef, ...] | None = None
    """The children to rerun; None for all that failed."""
    name: str | None = None
    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    """Names of other people whose tasks are among the targets."""
    budgets: Mapping[str, Budget] = field(default_factory=lambda: MappingProxyType({}))
    """What each account's platform still takes."""
    again: Mapping[TaskRef, Again] = field(default_factory=lambda: MappingProxyType({}))
    """What of each batch runs again; only where the verb is about what failed."""
    count_above: int = TYPED_OVER
    """More targets than this need their number typed: `safety.count_above`."""
    unnoted: str | None = None
    """Why the journal notes it no longer than the program runs, if that is so."""

    @property
    def typed(self) -> bool:
        """Whether the number of targets has to be typed: removals, many targets, other people's tasks."""
        return VERBS[self.verb].removes or len(self.targets) > self.count_above or bool(self.others)

    @property
    def children(self) -> int:
        """Children of the targets that can still change."""
        return sum(t.counts.total - t.counts.finished for t in self.targets if t.counts is not None)

    @property
    def _inside(self) -> str:
        """`3,120 run and 412 wait`: what of the batches among the targets is not over; empty where nothing is."""
        counts = [task.counts for task in self.targets if task.counts is not None]
        running = sum(c.starting + c.running + c.finishing for c in counts)
        waiting = sum(c.draft + c.queued for c in counts)
        parts = [f"{n:,} {one if n == 1 else many}" for n, one, many in
                 ((running, "runs", "run"), (waiting, "waits", "wait")) if n]  # fmt: skip
        return " and ".join(parts)

    @property
    def spent(self) -> Sum:
        """Money spent on the targets so far."""
        return spent_on(self.targets)

    @property
    def parts(self) -> tuple[Again, ...]:
        """What runs again of each target, where that is only what failed."""
        return tuple(self.again[task.ref] for task in self.targets if task.ref in self.again)

    @property
    def unlearnt(self) -> tuple[Task, ...]:
        """Batches of which reading some children would tell more."""
        return tuple(t for t in self.targets if (p := self.again.get(t.ref)) and None in {p.spent, p.expected})

    @property
    def requests(self) -> int:
        """Calls that it takes, at least: a change for each target, and what has to be read for it."""
        parts = self.parts
        return len(self.targets) - len(parts) + sum(part.rerun.requests for part in parts)

    @property
    def requests_text(self) -> str:
        """`requests: 12 (871 left on cgc)`."""
        left = ", ".join(f"{b.remaining:,} left on {account}" for account, b in self.budgets.items())
        least = " at least" if self.parts else ""
        return f"requests: {self.requests:,}{least}" + (f" ({left})" if left else "")

    @property
    def sentences(self) -> tuple[str, ...]:
        """What the user must know: cost, new tasks, losses."""
        info = VERBS[self.verb]
        said = []
        if parts := self.parts:
            said += again_sentences(parts)
        elif info.creates:
            said.append("A new task is created for each; the old ones stay.")
        if info.starts and not parts:
            spent = self.spent.words
            said.append(f"This costs money; these cost {spent} so far." if spent else "This costs money.")
        if self.verb is Verb.ABORT and (inside := self._inside):
            said.append(f"Inside, {inside}: they stop with it.")
        if self.verb is Verb.FORGET:
            said.append("Only the records are removed: running jobs go on and are billed.")
        elif info.loses:
            said.append(UNDONE)
        if self.others:
            said.append(f"Tasks of other people are among them: {', '.join(self.others)}.")
        if self.unnoted:
            said.append(f"It is noted only until the program ends: {self.unnoted}.")
        return tuple(said)

    def without(self, ref: TaskRef) -> "Plan":
        """The plan with one target dropped."""
        return replace(self, targets=tuple(t for t in self.targets if t.ref != ref))

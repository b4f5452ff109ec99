"""What an action would do, before anything is sent: a frozen value that dialogs and commands show."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from tui.domain.account import Budget
from tui.domain.action import VERBS, Verb
from tui.domain.money import Sum
from tui.domain.task import Task, TaskRef, spent_on
from tui.store.actions.rerun import Again, again_sentences

__all__ = ["OVERWRITTEN", "TYPED_OVER", "UNDONE", "Changed", "Plan", "Rechecked", "held_against"]

TYPED_OVER = 5
"""More targets than this need their count typed (R38)."""
UNDONE = "This cannot be undone."
"""What is said of an action whose loss is final."""
OVERWRITTEN = "The log is overwritten: the old one is lost. The reference stays the same."
"""What is said of running the same task again."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A target that is not what the dialog showed any more."""

    old: Task
    new: Task | None
    """None: it is gone."""

    left_out: str | None = None
    """Why the plan does not act on it any more; None where it still does."""

    @property
    def differences(self) -> tuple[str, ...]:
        """`status was draft, is running`: each property that a dialog shows and that is different now."""
        if self.new is None:
            return ("it is gone",)
        pairs = ((name, getattr(self.old, name), getattr(self.new, name)) for name in ("status", "name", "project"))
        return tuple(f"{name} was {old or 'none'}, is {new or 'none'}" for name, old, new in pairs if old != new)

    @property
    def what(self) -> str:
        """Every change in words, and why the target drops out if it does."""
        left_out = () if self.left_out is None or self.new is None else (f"left out: {self.left_out}",)
        return f"{self.old.ref}: {'; '.join((*self.differences, *left_out))}"


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
    as_batch: bool = True
    """A batch draft runs as a batch; else as one single task."""
    others: tuple[str, ...] = ()
    """Names of other people whose tasks are among the targets."""
    budgets: Mapping[str, Budget] = field(default_factory=lambda: MappingProxyType({}))
    """What each account's platform still takes."""
    again: Mapping[TaskRef, Again] = field(default_factory=lambda: MappingProxyType({}))
    """What of each batch runs again; only where the verb is about what failed."""
    count_above: int = TYPED_OVER
    """More targets than this need their number typed: `safety.count_above`."""
    campaign: str | None = None
    """What the journal notes beside each, so that the same command goes on after an interruption."""
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
        if not self.as_batch:
            said.append("Batching is switched off: each runs as one single task on all its inputs.")
        if info.starts and not parts:
            spent = self.spent.words
            said.append(f"This costs money; these cost {spent} so far." if spent else "This costs money.")
        if self.verb is Verb.ABORT and (inside := self._inside):
            said.append(f"Inside, {inside}: they stop with it.")
        if self.verb is Verb.FORGET:
            said.append("Only the records are removed: running jobs go on and are billed.")
        elif self.verb is Verb.REQUEUE:
            said += self._requeued
        elif info.loses:
            said.append(UNDONE)
        if self.others:
            said.append(f"Tasks of other people are among them: {', '.join(self.others)}.")
        if self.unnoted:
            said.append(f"It is noted only until the program ends: {self.unnoted}.")
        return tuple(said)

    @property
    def _requeued(self) -> tuple[str, ...]:
        """What runs again under the same reference, and what is lost."""
        failed = sum(task.counts.failed for task in self.targets if task.counts is not None)
        batch = () if not failed else (f"Of a batch only what failed runs again: {failed:,}.",)
        return (OVERWRITTEN, *batch)

    def without(self, ref: TaskRef) -> "Plan":
        """The plan with one target dropped."""
        return replace(self, targets=tuple(t for t in self.targets if t.ref != ref))


@dataclass(frozen=True, slots=True)
class Rechecked:
    """A plan held against what the platforms show now."""

    plan: Plan
    """The plan judged anew: targets as they are now, without those that the action does not fit any more."""
    changed: tuple[Changed, ...] = ()
    """What differs from the plan that was shown, or drops out; empty when the plan is the same."""


def held_against(
    plan: Plan, now: Mapping[TaskRef, Task], gone: Collection[TaskRef], judge: Callable[[Plan, Sequence[Task]], Plan]
) -> Rechecked:
    """What is left of a plan, by its targets as they are now and those that are gone.

    A target that is in neither could not be read; it stays as it was. `judge` plans the same for other tasks.
    """
    fresh = judge(plan, [now.get(task.ref, task) for task in plan.targets if task.ref not in gone])
    reasons = {task.ref: why for task, why in fresh.skipped}
    reasons |= {task.ref: f"nothing to do, it is {task.native_status}" for task in fresh.already}
    changed = []
    for old in plan.targets:
        new = None if old.ref in gone else now.get(old.ref, old)
        change = Changed(old, new, "it is gone" if new is None else reasons.get(old.ref))
        if change.differences or change.left_out:
            changed.append(change)
    if not changed:
        return Rechecked(plan)
    missing = [(task, "it is gone") for task in plan.targets if task.ref in gone]
    again = {ref: plan.again.get(ref, part) for ref, part in fresh.again.items()}
    skipped, already = (*plan.skipped, *missing, *fresh.skipped), (*plan.already, *fresh.already)
    return Rechecked(replace(fresh, skipped=skipped, already=already, again=again), tuple(changed))

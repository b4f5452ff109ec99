"""Thousands of failures as a handful of groups, each with one reason, from the fields at hand and a few logs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from tui.domain.factors import LEAST, Common, Comparison
from tui.domain.money import Sum
from tui.domain.signature.classes import FailureClass, Rules
from tui.domain.signature.mask import coarse, fine
from tui.domain.signature.reason import exit_of, said_by
from tui.domain.status import TaskStatus
from tui.domain.task import Task, TaskRef, spent_on

__all__ = ["SAMPLES", "Group", "class_of", "compared_text", "group_failures", "signature_of", "to_read"]

SAMPLES = 3
"""Logs read of a group at first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Failures with one reason."""

    key: str
    """What they are grouped by; stays the same when more of them come."""
    signature: str
    """For reading: the key, or more of it where all members agree on more."""
    klass: FailureClass
    suggestion: str
    """What to do, in a few words."""
    exit: int | None
    """The exit code; None where they differ or have none."""
    members: tuple[Task, ...]
    """Latest failure first."""
    new: int
    """Members that failed since the last look."""
    first: datetime | None
    last: datetime | None
    cost_lost: Sum
    """What the members cost."""
    common: tuple[Common, ...]
    """What they share and the successful do not."""
    compared: int
    """Successful tasks that they were compared with."""
    samples: tuple[TaskRef, ...]
    """Members whose logs stand for the group: at most `SAMPLES`."""
    mixed: bool
    """The logs that were read disagree and the others are not read: there is more than one reason in here."""
    explained: bool
    """False: the platform only said that they failed, and no log told more."""

    @property
    def count(self) -> int:
        """How many failures."""
        return len(self.members)

    @property
    def refs(self) -> tuple[TaskRef, ...]:
        """The members' references, latest failure first."""
        return tuple(task.ref for task in self.members)

    def basis(self, succeeded: int | None) -> str:
        """How far what it has in common can be trusted, in one line.

        Args:
            succeeded: How many are known to have gone well; None where that cannot be told yet.
        """
        if self.count < LEAST:
            return "too few failures to say"
        said = compared_text(self.compared, succeeded)
        return said if self.common or not self.compared else f"nothing: {said}"


def compared_text(compared: int, succeeded: int | None) -> str:
    """With how many successes failures were compared, and how many of them are still to be read.

    Args:
        compared: Successes that were at hand.
        succeeded: How many are known to have gone well; None where that cannot be told yet.
    """
    if compared and succeeded == compared:
        return f"compared with all {compared:,} that succeeded"
    if compared:
        of = f" of {succeeded:,}" if succeeded is not None and succeeded > compared else ""
        return f"compared with the {compared:,}{of} successes that are read so far"
    if succeeded == 0:
        return "nothing succeeded to compare with"
    return "the successes to compare with are not read yet" + (f" (0 of {succeeded:,})" if succeeded else "")


@dataclass(slots=True)
class _Pile:
    """Members of a group while it is being made."""

    tasks: list[Task] = field(default_factory=list)
    lines: dict[str, None] = field(default_factory=dict)
    """What they say, unmasked, each once, in the order it was met."""
    mixed: bool = False
    explained: bool = False


def group_failures(
    tasks: Iterable[Task],
    rules: Rules,
    *,
    lines: Mapping[TaskRef, str | None] | None = None,
    since: datetime | None = None,
    extra: Mapping[str, Mapping[TaskRef, str]] | None = None,
    factors: bool = True,
) -> tuple[Group, ...]:
    """The failed tasks by reason, the largest group first.

    Args:
        tasks: A batch's children or any tasks. The failed are grouped, the done are what they are compared with.
        rules: What tells the class; `settings.failure_rules()` reads them.
        lines: The error line of each log that was read (`find_error`); None for a log without one. A group whose
            read logs agree is named by them as a whole; one whose logs disagree is marked mixed as long as only a
            sample is read, and split where more are.
        since: The last look; what failed later is new.
        extra: Fields asked for besides, for the common factors: `{"host": {ref: "et-w17"}}`.
        factors: Look for common factors.
    """
    everyone = tuple(tasks)
    failed = [task for task in everyone if task.status is TaskStatus.FAILED]
    piles = _piles(failed, lines or {})
    good = [task for task in everyone if task.status is TaskStatus.DONE]
    comparison = Comparison(failed, good, extra) if factors and len(failed) >= LEAST else None
    groups = [_group(key, pile, rules, since, comparison, len(good)) for key, pile in piles.items()]
    return tuple(sorted(groups, key=lambda group: (-group.count, group.signature)))


def _piles(failed: Sequence[Task], lines: Mapping[TaskRef, str | None]) -> dict[str, _Pile]:
    masked: dict[str, str] = {}

    def key_of(text: str) -> str:
        if (key := masked.get(text)) is None:
            key = masked[text] = coarse(text)
        return key

    by_fields: dict[str, _Pile] = {}
    texts: dict[TaskRef, str] = {}
    for task in failed:
        said = said_by(task)
        key = key_of(said.text)
        if (pile := by_fields.get(key)) is None:
            pile = by_fields[key] = _Pile(explained=said.explains)
        pile.tasks.append(task)
        texts[task.ref] = said.text
    piles: dict[str, _Pile] = {}
    for key, pile in by_fields.items():
        read = {} if pile.explained else {t.ref: lines[t.ref] for t in pile.tasks if t.ref in lines}
        named = {key_of(line) for line in read.values() if line} | ({key} if None in read.values() else set())
        split = len(named) > 1 and (len(read) > SAMPLES or len(read) == len(pile.tasks))
        for task in pile.tasks:
            line = read.get(task.ref)
            if len(named) == 1 and key not in named:
                line = line or next(iter(filter(None, read.values())))
            elif not split:
                line = None
            target = piles.setdefault(key_of(line) if line else key, _Pile())
            target.tasks.append(task)
            if line:
                target.lines[line] = None
                target.explained = True
            else:
                target.lines[texts[task.ref]] = None
                target.explained = target.explained or pile.explained
                target.mixed = target.mixed or (len(named) > 1 and not (split and task.ref in read))
    return piles


def _signature(key: str, lines: Iterable[str]) -> str:
    """As much as all lines agree on."""
    names = iter(lines)
    first = fine(next(names))
    return first if all(fine(line) == first for line in names) else key


def _samples(tasks: Sequence[Task]) -> tuple[TaskRef, ...]:
    """The first, the last and one between them: a cause that came later is met as well."""
    places = sorted({0, len(tasks) // 2, len(tasks) - 1})
    return tuple(tasks[place].ref for place in places[:SAMPLES])


def _group(
    key: str, pile: _Pile, rules: Rules, since: datetime | None, comparison: Comparison | None, good: int
) -> Group:
    tasks = sorted(pile.tasks, key=lambda t: str(t.ref))
    tasks.sort(key=lambda t: t.ended.timestamp() if t.ended else 0.0, reverse=True)
    ended = [task.ended for task in tasks if task.ended is not None]
    codes = {exit_of(task) for task in tasks}
    code = codes.pop() if len(codes) == 1 else None
    klass, suggestion = rules.of(next(iter(pile.lines)), code)
    return Group(
        key=key,
        signature=_signature(key, pile.lines),
        klass=klass,
        suggestion=suggestion,
        exit=code,
        members=tuple(tasks),
        new=0 if since is None else sum(at > since for at in ended),
        first=ended[-1] if ended else None,
        last=ended[0] if ended else None,
        # Most of a batch's price went into children that succeeded.
        cost_lost=spent_on(task for task in tasks if task.counts is None),
        common=comparison.of(t.ref for t in tasks) if comparison and len(tasks) >= LEAST else (),
        compared=good,
        samples=_samples(tasks),
        mixed=pile.mixed,
        explained=pile.explained,
    )


def to_read(groups: Iterable[Group], lines: Mapping[TaskRef, str | None]) -> tuple[TaskRef, ...]:
    """The logs to read next: samples of the groups that only say that they failed, until each has `SAMPLES` read."""
    wanted: list[TaskRef] = []
    for group in groups:
        if not group.explained:
            wanted += [ref for ref in group.samples if ref not in lines]
    return tuple(wanted)


def key_of(task: Task) -> str:
    """The key of the group that a failed task is in by its own fields."""
    return coarse(said_by(task).text)


def signature_of(task: Task) -> str | None:
    """What a failed task says by its own fields, masked: the filter's `sig`; None for one that did not fail."""
    return fine(said_by(task).text) if task.status is TaskStatus.FAILED else None


def class_of(task: Task, rules: Rules) -> str | None:
    """The class of a failed task by its own fields: the filter's `class`; None for one that did not fail."""
    if task.status is not TaskStatus.FAILED:
        return None
    said = said_by(task)
    return rules.of(said.text, said.exit_code)[0].value

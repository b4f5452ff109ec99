"""Thousands of failures as a handful of groups, each with one reason, from the fields at hand and a few logs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from tui.domain.factors import LEAST, Common, Comparison
from tui.domain.money import Sum
from tui.domain.named_exit import exit_of
from tui.domain.piles import SAMPLES, Pile, pile_up
from tui.domain.signature.classes import SILENT, FailureClass, Rules, Verdict
from tui.domain.signature.find import ErrorLine
from tui.domain.signature.mask import coarse, fine, worded
from tui.domain.signature.reason import NOTHING, said_by
from tui.domain.signature.roles import Role
from tui.domain.status import TaskStatus
from tui.domain.task import Task, TaskRef, spent_on

__all__ = [
    "SAMPLES",
    "Explanation",
    "Found",
    "Group",
    "class_of",
    "compared_text",
    "group_failures",
    "signature_of",
    "to_read",
]

Source = Literal["log", "reason", "exit"]


@dataclass(frozen=True, slots=True)
class Found:
    """What the log of one task told, and where."""

    error: ErrorLine
    first_line: int | None
    """The number in the whole log of the first line that was read, from 1; None where that is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why a group is called what it is called."""

    line: str
    """The line as it stands in the log or in the platform's answer."""
    key: str
    """The line as failures are grouped by it: what differs masked."""
    masked: str
    """The line as the words of classes are searched in it."""
    neighbours: tuple[int, ...]
    """Numbers of the log's lines that the line was put together from."""
    others: tuple[tuple[int, Role], ...]
    """The other telling lines of that log, and their parts."""
    because: tuple[str, ...]
    """The words that gave the class, or the user's rule that did."""
    runner_up: FailureClass | None
    """The class that came second."""


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
    source: Source = "reason"
    """Where the signature comes from: a log, the platform's words, or only the exit code."""
    line_number: int | None = None
    """Of the first sample whose log told it, from 1; None where no log told it, or its beginning was not read."""
    role: Role = Role.CAUSE
    """The part of that line: `wrapper` where nothing but wrappers speak."""
    aliases: frozenset[str] = frozenset()
    """Keys that it had before its logs were read, or had for earlier versions of this program."""
    explanation: Explanation | None = None
    """How the answer came about."""

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


def group_failures(
    tasks: Iterable[Task],
    rules: Rules,
    *,
    lines: Mapping[TaskRef, str | None] | None = None,
    found: Mapping[TaskRef, Found] | None = None,
    since: datetime | None = None,
    extra: Mapping[str, Mapping[TaskRef, str]] | None = None,
    factors: bool = True,
) -> tuple[Group, ...]:
    """The failed tasks by reason, the largest group first.

    Args:
        tasks: A batch's children or any tasks. The failed are grouped, the done are what they are compared with.
        rules: What tells the class; `settings.failure_rules()` reads them.
        lines: The error line of each log that was read (`find_error`); None where there is no log, `SILENT` for one
            that tells of no failure. A group whose
            read logs agree is named by them as a whole; one whose logs disagree is marked mixed as long as only a
            sample is read, and split where more are.
        found: Where in its log each of these lines stands, for the groups' explanations.
        since: The last look; what failed later is new.
        extra: Fields asked for besides, for the common factors: `{"host": {ref: "et-w17"}}`.
        factors: Look for common factors.
    """
    everyone = tuple(tasks)
    failed = [task for task in everyone if task.status is TaskStatus.FAILED]
    piles = pile_up(failed, lines or {})
    good = [task for task in everyone if task.status is TaskStatus.DONE]
    comparison = Comparison(failed, good, extra) if factors and len(failed) >= LEAST else None
    known = _Known(rules, since, comparison, len(good), lines or {}, found or {})
    groups = [_group(key, pile, known) for key, pile in piles.items()]
    return tuple(sorted(groups, key=lambda group: (-group.count, group.signature)))


def _signature(key: str, lines: Iterable[str]) -> str:
    """As much as all lines agree on."""
    names = iter(lines)
    first = fine(next(names))
    return first if all(fine(line) == first for line in names) else key


def _samples(tasks: Sequence[Task]) -> tuple[TaskRef, ...]:
    """The first, the last and one between them: a cause that came later is met as well."""
    places = sorted({0, len(tasks) // 2, len(tasks) - 1})
    return tuple(tasks[place].ref for place in places[:SAMPLES])


def explained(group: Group) -> list[str]:
    """How a group's answer came about, a line each: where its line stands, what was masked, what gave the class."""
    why = group.explanation
    if why is None:
        return []
    where = {"log": "a sample's log", "reason": "the platform's words", "exit": "the exit code"}[group.source]
    number = f", line {group.line_number:,}" if group.line_number else ""
    lines = [f"from {where}{number} ({group.role}): {why.line}"]
    if len(why.neighbours) > 1:
        lines.append(f"put together from lines {', '.join(f'{n:,}' for n in why.neighbours)}")
    if why.others:
        lines.append("other lines: " + ", ".join(f"{place:,} {role}" for place, role in why.others[:8]))
    words = ", ".join(why.because) or "no word that is known"
    second = f"; second was {why.runner_up}" if why.runner_up else ""
    lines += [f"class {group.klass} from: {words}{second}", f"masked: {why.masked}", f"grouped by: {why.key}"]
    return lines


@dataclass(frozen=True, slots=True)
class _Known:
    """What is the same for all groups."""

    rules: Rules
    since: datetime | None
    comparison: Comparison | None
    good: int
    lines: Mapping[TaskRef, str | None]
    found: Mapping[TaskRef, Found]


def _group(key: str, pile: Pile, known: _Known) -> Group:
    tasks = sorted(pile.tasks, key=lambda t: str(t.ref))
    tasks.sort(key=lambda t: t.ended.timestamp() if t.ended else 0.0, reverse=True)
    ended = [task.ended for task in tasks if task.ended is not None]
    codes = {exit_of(task) for task in tasks}
    code = codes.pop() if len(codes) == 1 else None
    samples = _samples(tasks)
    telling = next((ref for ref in (*samples, *pile.said) if ref in known.found and ref in pile.said), None)
    found = known.found[telling] if telling is not None else None
    line = pile.said[telling] if telling is not None else next(iter(pile.lines))
    verdict = known.rules.judge(line, code)
    signature = _signature(key, pile.lines)
    if not pile.explained and signature != SILENT and any(known.lines.get(ref) == SILENT for ref in samples):
        signature = f"{signature}; {SILENT}"
    return Group(
        key=key,
        signature=signature,
        klass=verdict.klass,
        suggestion=verdict.suggestion,
        exit=code,
        members=tuple(tasks),
        new=0 if known.since is None else sum(at > known.since for at in ended),
        first=ended[-1] if ended else None,
        last=ended[0] if ended else None,
        # Most of a batch's price went into children that succeeded.
        cost_lost=spent_on(task for task in tasks if task.counts is None),
        common=known.comparison.of(t.ref for t in tasks) if known.comparison and len(tasks) >= LEAST else (),
        compared=known.good,
        samples=samples,
        mixed=pile.mixed,
        explained=pile.explained,
        source=_source(pile, line),
        line_number=None if found is None or found.first_line is None else found.first_line + found.error.number,
        role=found.error.role if found is not None else Role.CAUSE if pile.explained else Role.WRAPPER,
        aliases=frozenset((pile.aliases | _earlier(found)) - {key}),
        explanation=_explanation(line, key, verdict, found),
    )


def _source(pile: Pile, line: str) -> Source:
    if pile.said or line == SILENT:
        return "log"
    return "exit" if line.startswith(("exit ", NOTHING)) else "reason"


def _earlier(found: Found | None) -> set[str]:
    """Keys under which earlier versions, which chose other lines, knew this failure."""
    return {coarse(other) for other in found.error.others} if found is not None else set()


def _explanation(line: str, key: str, verdict: Verdict, found: Found | None) -> Explanation:
    first = 1 if found is None or found.first_line is None else found.first_line
    error = found.error if found is not None else None
    return Explanation(
        line=line,
        key=key,
        masked=worded(line),
        neighbours=tuple(first + number for number in error.used) if error else (),
        others=tuple((first + n, role) for n, role in error.roles.items() if n not in error.used) if error else (),
        because=verdict.because,
        runner_up=verdict.runner_up,
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

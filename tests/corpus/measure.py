"""How well the engine reads the corpus: purity, completeness, class, and lines found where nothing failed."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from tests.corpus.cause import SAMPLES, Cause
from tests.corpus.library import Log, one_cause
from tui.domain.signature import find_error
from tui.domain.signature.classes import FailureClass, Rules
from tui.domain.status import TaskStatus
from tui.domain.task import Job, TaskRef
from tui.domain.triage import group_failures

__all__ = ["Figures", "Grouped", "baseline_groups", "baseline_line", "engine_groups", "figures", "seen_in"]

_NOW = datetime(2026, 11, 24, 16, tzinfo=UTC)
_WORD = re.compile(r"(?i)\b(?:error|fail(?:ed|ure)?|fatal|exception|cannot|killed|abort(?:ed)?|denied|refused)\b")
_MASKED = re.compile(r"/\S+|'[^']*'|\"[^\"]*\"|\b0x[0-9a-f]+\b|\d+")


@dataclass(frozen=True, slots=True)
class Figures:
    """Shares from 0 to 1 over the logs of some causes."""

    causes: int
    logs: int
    purity: float
    """Failures in a group that has mostly failures of their own cause."""
    completeness: float
    """Failures in the group where most failures of their cause are."""
    right_class: float | None
    """Failures of a group whose class a person would give them; None where none is given."""


@dataclass(frozen=True, slots=True)
class Grouped:
    """A group, and which causes its members are of."""

    klass: FailureClass | None
    causes: Counter[str]
    signature: str


def engine_groups(logs: Sequence[Log], rules: Rules) -> list[Grouped]:
    """The groups that the logs fall into with all of them read."""
    tasks = [
        Job(
            ref=TaskRef("t", log.cause, str(log.run)), platform="et-engine", name=f"{SAMPLES[log.run]} of a batch",
            status=TaskStatus.FAILED, native_status="Failed", exit_code=log.exit_code, fetched=_NOW,
            reason=log.reason or None,
        ) for log in logs
    ]  # fmt: skip
    lines = {}
    for task, log in zip(tasks, logs, strict=True):
        found = find_error(log.text, failed=True)
        lines[task.ref] = found.text if found else None
    groups = group_failures(tasks, rules, lines=lines, factors=False)
    return [Grouped(g.klass, Counter(one_cause(ref.id) for ref in g.refs), g.signature) for g in groups]


def baseline_groups(logs: Sequence[Log]) -> list[Grouped]:
    """What twenty lines of anybody's script do: the last line with an error word in it, masked."""
    groups: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for log in logs:
        groups[baseline_line(log.text) or f"exit {log.exit_code}"][one_cause(log.cause)] += 1
    return [Grouped(None, count, key) for key, count in groups.items()]


def baseline_line(text: str) -> str | None:
    """The last line with an error word in it, masked."""
    for line in reversed(re.split(r"[\r\n]+", text)):
        if _WORD.search(line):
            return _MASKED.sub("*", line.strip())[:200]
    return None


def figures(groups: Sequence[Grouped], causes: Mapping[str, Cause]) -> Figures:
    """What the groups are worth."""
    total = sum(group.causes.total() for group in groups)
    best: defaultdict[str, int] = defaultdict(int)
    right = classed = 0
    for group in groups:
        for cause, number in group.causes.items():
            best[cause] = max(best[cause], number)
            if group.klass is not None and causes[cause].klass:
                classed += number
                right += number * (group.klass.value in causes[cause].klass.split("|"))
    return Figures(
        causes=len(best),
        logs=total,
        purity=sum(max(group.causes.values()) for group in groups) / total,
        completeness=sum(best.values()) / total,
        right_class=right / classed if classed else None,
    )


def seen_in(logs: Sequence[Log], found: Callable[[str], object]) -> float:
    """The share of logs in which a failure is seen, where nobody says whether it failed."""
    return sum(bool(found(log.text)) for log in logs) / len(logs)

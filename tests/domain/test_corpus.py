"""Real logs of real failures: each cause one group, each group one cause; also for causes that no rule was made for."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache

import pytest

from tests.corpus.library import Log, held_out, read_all
from tui.domain.signature import find_error
from tui.domain.status import TaskStatus
from tui.domain.task import Job, TaskRef
from tui.domain.triage import Group, group_failures
from tui.settings.rules import failure_rules

NOW = datetime(2026, 11, 24, 16, tzinfo=UTC)


@cache
def grouped(*, held: bool) -> tuple[tuple[Log, ...], tuple[Group, ...]]:
    """The half's logs, and the groups they fall into with all of them read."""
    logs = tuple(log for log in read_all() if held_out(log.cause) is held)
    tasks = [
        Job(
            ref=TaskRef("t", log.cause, str(log.run)), platform="et-engine", name=log.cause, status=TaskStatus.FAILED,
            native_status="Failed", exit_code=log.exit_code, fetched=NOW,
        ) for log in logs
    ]  # fmt: skip
    lines = {}
    for task, log in zip(tasks, logs, strict=True):
        found = find_error(log.text)
        lines[task.ref] = found.text if found else None
    return logs, group_failures(tasks, failure_rules(), lines=lines, factors=False)


def _causes(groups: Sequence[Group]) -> list[Counter[str]]:
    return [Counter(ref.id for ref in group.refs) for group in groups]


def purity(groups: Sequence[Group]) -> float:
    """The share of failures that are in a group with mostly failures of their own cause."""
    counts = _causes(groups)
    return sum(max(count.values()) for count in counts) / sum(count.total() for count in counts)


def completeness(groups: Sequence[Group]) -> float:
    """The share of failures that are in the group where most failures of their cause are."""
    counts = _causes(groups)
    best: defaultdict[str, int] = defaultdict(int)
    for count in counts:
        for cause, number in count.items():
            best[cause] = max(best[cause], number)
    return sum(best.values()) / sum(count.total() for count in counts)


def faults(groups: Sequence[Group]) -> str:
    """What went wrong, a line a group, for whoever improves the shapes."""
    split = Counter(cause for count in _causes(groups) for cause in count)
    lines = []
    for group, count in zip(groups, _causes(groups), strict=True):
        if len(count) > 1 or any(split[cause] > 1 for cause in count):
            lines.append(f"{dict(count)}  {group.signature}")
    return "\n".join(sorted(lines))


@pytest.mark.parametrize("held", [False, True], ids=["built", "held out"])
def test_groups_are_pure_and_complete(held: bool) -> None:
    """Both at least 0.95, on the causes that the shapes were made with and on the others."""
    logs, groups = grouped(held=held)
    assert len({log.cause for log in logs}) >= 30
    assert min(Counter(log.cause for log in logs).values()) >= 5
    assert purity(groups) >= 0.95, faults(groups)
    assert completeness(groups) >= 0.95, faults(groups)


def test_most_failures_have_a_class() -> None:
    """At most one group in ten is of unknown class, over both halves."""
    groups = [group for held in (False, True) for group in grouped(held=held)[1]]
    unknown = [group.signature for group in groups if group.klass == "unknown"]
    assert len(unknown) <= len(groups) / 10, unknown

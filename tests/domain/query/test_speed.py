"""What a filter and a sort cost a task: work is counted here, `python -m tests.bench P10` measures seconds."""

import random
from datetime import timedelta
from decimal import Decimal

import pytest

from tests.domain.samples import NOW, make
from tests.support.waiting import calls
from tui.domain.money import Money
from tui.domain.query import DEFAULT, Context, matcher, parse, parse_sort, sorted_tasks
from tui.domain.status import TaskStatus
from tui.domain.task import Task

CONTEXT = Context(now=NOW)
TASKS = 2_000


@pytest.fixture(scope="module")
def many() -> list[Task]:
    """Tasks of 40 projects, newest first."""
    rng = random.Random(1)
    statuses = list(TaskStatus)
    tasks: list[Task] = [
        make(
            f"{rng.getrandbits(128):032x}", name=f"STAR-align LUAD {rng.getrandbits(40):x}", project=f"u/p{n % 40}",
            status=rng.choice(statuses), app=f"u/p{n % 40}/star/{n % 9}", created=NOW - timedelta(seconds=100 * n),
            started=NOW - timedelta(seconds=100 * n - rng.randrange(90)), ended=NOW if n % 2 else None,
            price=Money("USD", Decimal(rng.randrange(10_000)) / 100),
        )
        for n in range(TASKS)
    ]  # fmt: skip
    return sorted_tasks(tasks, DEFAULT, CONTEXT)


@pytest.mark.parametrize(
    "query",
    [
        "zzz",
        "wgs joint",
        "~wgsjnt",
        "status:failed,aborted project:luad ended:today",
        "open cost>20",
        "name:/^chr(1|X)$/",
    ],
)
def test_p10_filter(many: list[Task], query: str) -> None:
    """A task costs a few calls, however many terms the filter has: a name is not parsed, a date not formatted."""
    finds = matcher(parse(query), CONTEXT)
    assert calls(lambda: [task for task in many if finds(task)]) <= 8 * TASKS


@pytest.mark.parametrize("by", ["created desc", "updated desc", "name", "status", "cost desc", "project"])
def test_p10_sort(many: list[Task], by: str) -> None:
    """Each task gives its key once; comparing the keys calls nothing of ours."""
    assert calls(lambda: sorted_tasks(many, parse_sort(by), CONTEXT, newest_first=True)) <= 6 * TASKS + 100

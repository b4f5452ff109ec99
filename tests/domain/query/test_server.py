"""What of a filter a server may apply: never more than the filter itself asks."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.samples import NOW, make
from tui.domain.query import Context, Served, matcher, parse, served
from tui.domain.status import TaskStatus as S
from tui.domain.task import Task

CONTEXT = Context(now=NOW, zone=ZoneInfo("America/Denver"))
DAY = timedelta(days=1)
MIDNIGHT = datetime(2026, 11, 24, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("project=u/luad x", Served(project="u/luad", spans=((0, 14),))),
        ("status:failed", Served(status=S.FAILED, spans=((0, 13),))),
        ("created:7d", Served(created_from=NOW - 7 * DAY, spans=((0, 10),))),
        ("ended:today", Served(ended_from=MIDNIGHT, ended_to=MIDNIGHT + DAY, spans=((0, 11),))),
        (
            "ended>=-2h ended<today",
            Served(ended_from=NOW - DAY / 12, ended_to=MIDNIGHT + DAY, spans=((0, 10), (11, 22))),
        ),
        ("created<=-1h", Served(created_to=NOW - DAY / 24 + timedelta(seconds=1), spans=((0, 12),))),
        ("created:yesterday..today", Served(created_from=MIDNIGHT - DAY, created_to=MIDNIGHT + DAY, spans=((0, 24),))),
        ("created:yesterday..", Served(created_from=MIDNIGHT - DAY, spans=((0, 19),))),
        ("project=a project=b", Served(project="a", spans=((0, 9),))),
    ],
)
def test_pushed_down(text: str, asked: Served) -> None:
    """An exact project, one status and windows of time, with the places of the terms that are exact."""
    assert served(parse(text), CONTEXT) == asked


@pytest.mark.parametrize(
    "text",
    ["", "x", "project:luad", "project=a,b", "status:failed,done", "status:open", "!status:failed", "!project=a",
    "updated:7d",
     "project=a | project=b", "(project=a | x)", "status!=done", "created!=today", "project:none", "meta.project=a",
     "started:today", "created:..today"],
)  # fmt: skip
def test_not_pushed_down(text: str) -> None:
    """What a server would understand differently, or what need not hold."""
    assert served(parse(text), CONTEXT) == Served()


def test_the_end_of_time() -> None:
    """Dates that no clock can add to are asked for as they are."""
    assert served(parse("created:..9999-12-31 ended<=9999-12-31"), CONTEXT).ended_to == datetime.max.replace(tzinfo=UTC)


def admitted(asked: Served, task: Task) -> bool:
    """What a server that takes everything literally would let through."""
    return (
        (asked.project is None or task.project == asked.project)
        and (asked.status is None or task.status is asked.status)
        and all(
            (low is None or (at is not None and at >= low)) and (high is None or (at is not None and at <= high))
            for at, low, high in [
                (task.created, asked.created_from, asked.created_to),
                (task.ended, asked.ended_from, asked.ended_to),
            ]
        )
    )


TIMES = (
    st.none()
    | st.integers(-80, 2).map(lambda h: NOW + timedelta(hours=h))
    | st.sampled_from([MIDNIGHT, MIDNIGHT + DAY])
)
TERMS = st.sampled_from(
    ["project=a", "status:done", "created:today", "created>=-2h", "created<yesterday", "created<=yesterday", "ended:2d",
     "ended:-3h..-1h", "ended>2026-11-23", "open", "created:mon", "ended<8:00", "!project=a"]
)  # fmt: skip


@given(
    st.lists(TERMS, max_size=4).map(" ".join),
    st.sampled_from(["a", "b", None]), st.sampled_from([S.DONE, S.RUNNING]), TIMES, TIMES,
)  # fmt: skip
def test_no_task_of_the_filter_is_lost(
    text: str, project: str | None, status: S, created: datetime | None, ended: datetime | None
) -> None:
    """Everything the filter finds is in what the server is asked for."""
    task = make(project=project, status=status, created=created, ended=ended)
    node = parse(text)
    if matcher(node, CONTEXT)(task):
        assert admitted(served(node, CONTEXT), task)

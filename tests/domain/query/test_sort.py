"""Sorting by typed values."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.samples import NOW, make
from tui.domain.money import Money
from tui.domain.query import DEFAULT, FIELDS, Context, QueryError, SortKey, Type, parse_sort, ranker, sorted_tasks
from tui.domain.status import TaskStatus as S
from tui.domain.task import Job, Task, TaskRef

CONTEXT = Context(now=NOW)


def order(tasks: list[Task], by: str) -> list[str]:
    return [t.ref.id for t in sorted_tasks(tasks, parse_sort(by), CONTEXT)]


def test_the_default_is_newest_first() -> None:
    """Created descending, missing last, then by reference: account, then id."""
    tasks = [
        make("c"), make("a"), make("old", created=NOW - timedelta(days=1)), make("b", created=NOW),
        make(ref=TaskRef("aaa", "z"), created=NOW), make("a2", created=NOW),
    ]  # fmt: skip
    assert [str(t.ref) for t in sorted_tasks(tasks, DEFAULT, CONTEXT)] == [
        "aaa:z", "cgc:a2", "cgc:b", "cgc:old", "cgc:a", "cgc:c",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("by", "field", "values", "expected"),
    [
        ("status", "status", [S.UNKNOWN, S.DONE, S.DRAFT], "cba"),
        ("status desc", "status", [S.UNKNOWN, S.DONE, S.DRAFT], "abc"),
        ("name", "name", ["b", "A", "c"], "bac"),
        ("project desc", "project", ["x", None, "Y"], "cab"),
        ("project", "project", ["x", None, "Y"], "acb"),
        ("child", "index", [10, 9, None], "bac"),
        ("rev", "app", ["u/p/a/10", "u/p/a/9", "x"], "bac"),
        ("cost desc", "price", [Money("EUR", Decimal(9)), Money("USD", Decimal(1)), Money("USD", Decimal(10))], "cba"),
        ("cost", "price", [None, Money("USD", Decimal("2")), Money("USD", Decimal("1.5"))], "cba"),
        ("in.seed", "arguments", [{"seed": "10"}, {"seed": "9"}, {"seed": "x"}], "bac"),
        ("in.seed desc", "arguments", [{"seed": "10"}, {}, {"seed": "x"}], "cab"),
        ("spot", "spot", [True, False, None], "bac"),
    ],
)
def test_by_type(by: str, field: str, values: list[Any], expected: str) -> None:
    """Statuses by progress, texts in any case, numbers by size, money within its currency, missing always last."""
    tasks = [make(id_, **{field: value}) for id_, value in zip("abc", values, strict=True)]
    assert order(tasks, by) == list(expected)


def test_several_keys() -> None:
    """The first counts most, each in its own direction; ties are newest first."""
    tasks = [
        make(id_, name=name, status=status, created=NOW - timedelta(hours=age))
        for id_, name, status, age in [
            ("a", "x", S.DONE, 1),
            ("b", "y", S.DONE, 2),
            ("c", "y", S.DRAFT, 3),
            ("d", "y", S.DONE, 0),
        ]
    ]
    assert order(tasks, "status desc, name") == ["a", "d", "b", "c"]
    assert order(tasks, "name desc") == ["d", "b", "c", "a"]


def test_reading_a_sort() -> None:
    """Fields, aliases and map keys; nothing is the default."""
    assert parse_sort("cost desc, name, meta.x asc") == (
        SortKey("cost", True),
        SortKey("name"),
        SortKey("meta", key="x"),
    )
    assert parse_sort("upd") == (SortKey("updated"),)
    assert parse_sort("") == parse_sort(" , ") == DEFAULT
    assert [str(k) for k in parse_sort("meta.x desc, st")] == ["meta.x desc", "status"]


@pytest.mark.parametrize(
    ("text", "place", "reason"),
    [
        ("name, zzz", (6, 9), "no field 'zzz'"), ("name up", (0, 7), "write FIELD asc or FIELD desc"),
        ("name desc x", (0, 11), "write FIELD"), ("meta", (0, 4), "write meta.KEY"), ("name.x", (0, 6), "has no parts"),
    ],
)  # fmt: skip
def test_errors(text: str, place: tuple[int, int], reason: str) -> None:
    """The bad part and what would be right."""
    with pytest.raises(QueryError) as caught:
        parse_sort(text)
    assert (caught.value.start, caught.value.end) == place
    assert reason in caught.value.reason


KEYS = st.lists(
    st.builds(
        SortKey,
        st.sampled_from([f.name for f in FIELDS if f.type is not Type.MAP]),
        st.booleans(),
    )
    | st.builds(SortKey, st.sampled_from(["in", "tag", "meta"]), st.booleans(), st.just("x")),
    min_size=1,
    max_size=3,
).map(tuple)
TASKS = st.lists(
    st.builds(
        lambda id_, **fields: make(id_, **fields),
        st.sampled_from([str(n) for n in range(500)]), name=st.sampled_from(["a", "B", "ä"]),
        status=st.sampled_from(list(S)),
        created=st.none() | st.sampled_from([NOW, NOW - timedelta(1)]), arguments=st.sampled_from([{}, {"x": "1"},
        {"x": "y"}]),
        price=st.none() | st.builds(Money, st.sampled_from(["USD", "EUR"]), st.sampled_from([Decimal(1), Decimal(2)])),
        project=st.none() | st.sampled_from(["p", "q"]), index=st.none() | st.integers(0, 3),
    ),
    max_size=12, unique_by=lambda t: t.ref,
)  # fmt: skip


@given(TASKS, KEYS, st.randoms())
def test_every_order_is_total(tasks: list[Task], keys: tuple[SortKey, ...], random: Any) -> None:
    """However the tasks come in, they go out the same, none lost, and sorting again changes nothing."""
    once = sorted_tasks(tasks, keys, CONTEXT)
    shuffled = list(tasks)
    random.shuffle(shuffled)
    assert sorted_tasks(shuffled, keys, CONTEXT) == once
    assert sorted_tasks(once, keys, CONTEXT) == once
    assert sorted(t.ref for t in once) == sorted(t.ref for t in tasks)
    ready = sorted_tasks(tasks, DEFAULT, CONTEXT)
    assert sorted_tasks(ready, keys, CONTEXT, newest_first=True) == once


def test_few_and_many_distinct_values_are_ordered_alike() -> None:
    """The way for columns of few values and the way for columns of many agree."""
    many = [make(f"{n:04}", name=f"n{n * 7919 % 1009:04}", project=f"p{n % 7}") for n in range(1009)]
    assert [t.name for t in sorted_tasks(many, parse_sort("name"), CONTEXT)] == sorted(t.name for t in many)
    by_project = sorted_tasks(many, parse_sort("project desc, name"), CONTEXT)
    assert by_project == sorted(sorted(many, key=lambda t: t.name), key=lambda t: t.project or "", reverse=True)


@pytest.mark.parametrize("field", ["project", "app", "user", "key", "reason", "cost", "started", "exit", "meta.x"])
def test_u14_missing_values_come_last_both_ways(field: str) -> None:
    """None as well as an empty text, which the screen shows alike; rows put in one by one too."""
    name, _, key = field.partition(".")
    known = {
        "project": "p", "app": "a", "user": "u", "key": "k", "reason": "r", "cost": Money("USD", Decimal(1)),
        "started": NOW, "exit": 1, "meta": {"x": "v"},
    }[name]  # fmt: skip
    attribute = {"user": "created_by", "cost": "price", "exit": "exit_code", "meta": "metadata"}.get(name, name)
    empties: list[Any] = [{}, {"x": ""}] if key else [None, ""] if isinstance(known, str) else [None]
    tasks = [_with(f"m{n}", attribute, value) for n, value in enumerate(empties)]
    tasks.insert(1, _with("known", attribute, known))
    for way in ("asc", "desc"):
        keys = parse_sort(f"{field} {way}")
        assert sorted_tasks(tasks, keys, CONTEXT)[0].ref.id == "known"
        assert min(tasks, key=ranker(keys, CONTEXT)).ref.id == "known"


def _with(id_: str, attribute: str, value: Any) -> Task:
    if attribute == "exit_code":
        job = {"platform": "qarnot", "name": id_, "status": S.DONE, "native_status": "x", "fetched": NOW}
        return Job(ref=TaskRef("cgc", "known"), exit_code=value, **job) if value else make(id_)
    return make(id_, **{attribute: value})

"""The rows of the list: what a change costs, and that it comes to the same as reading everything anew."""

import random
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from types import MappingProxyType

import pytest

from tests.support.memory_deck import NOW, make_task
from tui.domain.money import Money
from tui.domain.query import DEFAULT, EVERYTHING, Context, SortKey, matcher, parse, parse_sort, sorted_tasks
from tui.domain.status import TaskStatus
from tui.domain.task import Task, TaskRef
from tui.store.snapshot import EMPTY, Feed, Snapshot
from tui.ui.present.listing import Listing, Wanted

CONTEXT = Context(now=NOW)
SORTS = ("created desc", "cost desc, name", "name", "status, cost", "ended desc", "age", "account desc, steps")


def some(rng: random.Random, number: int) -> Task:
    status = rng.choice(list(TaskStatus))
    return make_task(
        TaskRef(rng.choice(("a", "b")), f"id-{number}"),
        name=f"task {number % 7}",
        status=status,
        created=None if rng.random() < 0.1 else NOW - timedelta(minutes=rng.randrange(50)),
        ended=NOW - timedelta(minutes=rng.randrange(9)) if status.is_final else None,
        price=None if rng.random() < 0.2 else Money(rng.choice(("USD", "EUR")), Decimal(rng.randrange(9))),
    )


def snapshot(tasks: dict[TaskRef, Task]) -> Snapshot:
    feeds = {name: Feed(tasks={str(r): t for r, t in tasks.items() if r.account == name}) for name in ("b", "a")}
    return replace(EMPTY, feeds=MappingProxyType(feeds))


@pytest.mark.parametrize("seed", range(6))
def test_taking_changes_comes_to_the_same_as_reading_everything_anew(seed: int) -> None:
    """Whatever is added, changed, removed, filtered and sorted between."""
    rng = random.Random(seed)
    tasks = {t.ref: t for t in (some(rng, n) for n in range(60))}
    listing = Listing(CONTEXT)
    listing.take(snapshot(tasks), CONTEXT)
    for step in range(80):
        if rng.random() < 0.2:
            text = rng.choice(("", "status:failed", "bad cost>3", "task"))
            wanted = Wanted(parse(text), rng.choice((None, "a")), parse_sort(rng.choice(SORTS)))
            listing.arrange(wanted, CONTEXT)
        touched = set()
        for _ in range(rng.randrange(6)):
            ref = rng.choice(list(tasks))
            touched.add(ref)
            if rng.random() < 0.3:
                del tasks[ref]
            else:
                tasks[ref] = replace(some(rng, 0), ref=ref)
        fresh = some(rng, 100 + step)
        tasks[fresh.ref] = fresh
        listing.totals()
        listing.apply(snapshot(tasks), touched | {fresh.ref}, CONTEXT)
        anew = Listing(CONTEXT)
        anew.arrange(listing.wanted, CONTEXT)
        anew.take(snapshot(tasks), CONTEXT)
        assert listing.rows == anew.rows
        assert +listing.totals().statuses == +anew.totals().statuses
        assert listing.totals().spent == anew.totals().spent
        assert listing.size == anew.size
        assert all(listing.index(key) == row for row, key in enumerate(listing.rows))


@pytest.mark.parametrize("text", SORTS)
def test_rows_stand_in_the_order_of_the_language(text: str) -> None:
    rng = random.Random(1)
    tasks = {t.ref: t for t in (some(rng, n) for n in range(80))}
    listing = Listing(CONTEXT)
    listing.take(snapshot(tasks), CONTEXT)
    keys = parse_sort(text)
    listing.arrange(Wanted(sort=keys), CONTEXT)
    assert listing.rows == [str(t.ref) for t in sorted_tasks(tasks.values(), keys, CONTEXT)]


def test_a_change_that_moves_nothing_leaves_the_list_of_rows_alone() -> None:
    """So that a thousand changed cells a second move no list of 100,000."""
    tasks = {t.ref: t for t in (some(random.Random(2), n) for n in range(30))}
    listing = Listing(CONTEXT)
    listing.take(snapshot(tasks), CONTEXT)
    rows = listing.rows
    ref = next(iter(tasks))
    tasks[ref] = replace(tasks[ref], reason="another")
    assert listing.apply(snapshot(tasks), {ref}, CONTEXT) == {str(ref)}
    assert listing.rows is rows


def test_stepping_goes_from_failure_to_failure_round_the_end() -> None:
    made = [make_task(TaskRef("a", str(n)), created=NOW - timedelta(minutes=n)) for n in range(5)]
    status = (TaskStatus.FAILED, TaskStatus.DONE, TaskStatus.FAILED, TaskStatus.DONE, TaskStatus.DONE)
    tasks = {t.ref: replace(t, status=s) for t, s in zip(made, status, strict=True)}
    listing = Listing(CONTEXT)
    listing.take(snapshot(tasks), CONTEXT)
    assert listing.wanted.sort == DEFAULT == (SortKey("created", True),)
    assert [listing.step(0, 1), listing.step(2, 1), listing.step(0, -1)] == [2, 0, 2]


WORDS = (
    "task",
    "task 3",
    "3 failed",
    "status:failed task",
    "task or 5",
    "-task",
    "A",
    "id-1 3",
    "why",
    "cost>3 task 3",
)


@pytest.mark.parametrize("text", WORDS)
def test_a_filter_with_words_shows_what_its_predicate_says_also_of_tasks_that_changed_since(text: str) -> None:
    """Words are looked for in texts that are kept between filters; what is kept never outlives the task."""
    rng, node = random.Random(1), parse(text)
    tasks = {task.ref: task for task in (some(rng, number) for number in range(60))}
    listing = Listing(CONTEXT)
    listing.take(snapshot(tasks), CONTEXT)
    for turn in range(6):
        listing.arrange(Wanted(parse("t")), CONTEXT)  # a word before it, so that there are texts to go by
        listing.arrange(Wanted(node), CONTEXT)
        fits = matcher(node, CONTEXT)
        assert set(listing.rows) == {str(ref) for ref, task in tasks.items() if fits(task)}
        changed = rng.sample(sorted(tasks, key=str), 5)
        for ref in changed[:4]:
            tasks[ref] = replace(tasks[ref], name=f"task {rng.randrange(9)}", reason=rng.choice((None, "that is Why")))
        del tasks[changed[4]]
        if turn % 2:
            listing.take(snapshot(tasks), CONTEXT)
        else:
            listing.apply(snapshot(tasks), set(changed), CONTEXT)


def test_a_filter_typed_and_taken_back_letter_by_letter_shows_at_each_step_what_its_predicate_says() -> None:
    """What was found with fewer letters is where more are looked for, and is there again when they are taken back;
    each time in the list's order, however the rows are changed by who got them."""
    rng = random.Random(2)
    tasks = {task.ref: task for task in (some(rng, number) for number in range(80))}
    listing = Listing(CONTEXT)
    listing.take(snapshot(tasks), CONTEXT)
    whole = list(listing.rows)
    typed = ["t", "ta", "tas", "task", "task 1", "task 12", "task 1", "task", "ask", "k 1 t", "1", "task 1", "", "t"]
    for turn in range(3):
        for text in typed:
            node = parse(text) if text else EVERYTHING
            listing.arrange(Wanted(node), CONTEXT)
            fits = matcher(node, CONTEXT)
            assert listing.rows == [key for key in whole if fits(listing.tasks[key])]
            listing.rows.reverse()
        ref = rng.choice(sorted(tasks, key=str))
        tasks[ref] = replace(tasks[ref], name=f"task 1{turn}")
        listing.apply(snapshot(tasks), {ref}, CONTEXT)
        listing.arrange(Wanted(), CONTEXT)
        assert listing.rows == whole

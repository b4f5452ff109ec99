"""What running again only what failed of a batch costs."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace

from tests.support.clocks import virtual
from tests.support.deck import Stand
from tests.support.memory_deck import NOW, make_batch, make_children
from tui.domain.action import RerunPlan, Verb
from tui.domain.errors import Unreachable
from tui.domain.money import Money, Sum
from tui.domain.status import TaskStatus
from tui.domain.task import Task, TaskRef
from tui.platforms.protocols import Page
from tui.store.actions.rerun import Again, again, again_sentences, read_siblings

CHILDREN = make_children(400)
BATCH = make_batch(CHILDREN)
FAILED = tuple(c for c in CHILDREN if c.status is TaskStatus.FAILED)
RERUN_PLAN = RerunPlan("one retry makes a new task of them", 2)


class Shelf:
    """A platform with one batch; asks are counted."""

    def __init__(self, children: Sequence[Task] = CHILDREN, *, unread: bool = False, size: int = 100) -> None:
        self.held = {c.ref: c for c in children}
        self.rows = [replace(c, native_status="", status=TaskStatus.UNKNOWN) if unread else c for c in children]
        self.size = size
        self.pages = self.details = self.sampled = 0
        self.broken = False

    async def children(self, ref: TaskRef) -> AsyncIterator[Page]:
        for start in range(0, len(self.rows), self.size):
            if self.broken and start:
                raise Unreachable(ref.account, "reading", "no route")
            self.pages += 1
            yield Page(tuple(self.rows[start : start + self.size]))

    async def failed_children(self, ref: TaskRef) -> AsyncIterator[Page]:
        yield Page(FAILED)

    async def done_children(self, ref: TaskRef, total: int, number: int) -> Page:
        if self.broken:
            raise Unreachable(ref.account, "reading", "no route")
        self.sampled += 1
        return Page(tuple(c for c in self.held.values() if c.status is TaskStatus.DONE)[:number])

    async def child_details(self, refs: Sequence[TaskRef]) -> Page:
        self.details += len(refs)
        return Page(tuple(self.held[ref] for ref in refs))


def of(children: Sequence[Task]) -> Again:
    return again(BATCH, None, RERUN_PLAN, children, NOW)


def test_it_counts_and_prices_the_failed_alone() -> None:
    """Not the batch, whose price is mostly that of children that went well."""
    part = of(CHILDREN)
    assert part.count == len(FAILED)
    assert part.spent == Sum((Money("CR", sum((c.price.amount for c in FAILED if c.price), Decimal(0))),))
    assert part.spent.amounts[0].amount < (BATCH.price or part.spent.amounts[0]).amount
    assert part.expected is not None
    assert part.expected.count == len(FAILED)


def test_some_of_the_failed_are_counted_and_priced_by_name() -> None:
    chosen = [c.ref for c in FAILED[:3]]
    part = again(BATCH, chosen, RERUN_PLAN, CHILDREN, NOW)
    assert (part.count, part.spent) == (
        3,
        Sum((Money("CR", sum((c.price.amount for c in FAILED[:3] if c.price), Decimal(0))),)),
    )


def test_what_is_not_read_is_not_claimed() -> None:
    """Of a few children neither the price of all failed nor the expected cost is told; the number is."""
    part = of([c for c in CHILDREN if c.status is not TaskStatus.DONE and c.ref != FAILED[0].ref])
    assert (part.count, part.spent, part.expected) == (len(FAILED), None, None)
    said = " ".join(again_sentences([part]))
    assert f"{len(FAILED)} failed children run again: one retry makes a new task of them." in said
    assert "what they cost so far is not known" in said
    assert "too few siblings" in said


def test_a_platform_without_prices_is_not_asked_for_them() -> None:
    """Where neither the batch nor a child has a price, nothing is said of what they cost."""
    few = [replace(c, price=None) for c in CHILDREN if c.ref != FAILED[0].ref]
    part = again(replace(BATCH, price=None), None, RERUN_PLAN, few, NOW)
    assert part.spent == Sum()
    assert "This costs money." in again_sentences([part])


def test_several_batches_are_told_together() -> None:
    """Their money is added per currency; only the middles of what is expected are."""
    part = of(CHILDREN)
    first, cost, expected = again_sentences([part, part])
    assert first.startswith(f"{2 * len(FAILED)} failed children of 2 batches run again: one retry")
    assert part.spent is not None
    assert f"these cost {part.spent.amounts[0].amount * 2} CR so far" in cost
    assert expected.startswith("Expected: about ")


async def test_a_sample_of_the_children_is_read_and_all_that_failed() -> None:
    """Three pages tell what a child takes; the failed ones beyond them are asked for alone, for their price."""
    shelf = Shelf()
    read = await read_siblings(shelf, BATCH, None)  # type: ignore[arg-type]
    assert shelf.pages == 3
    part = of(read)
    assert part.spent == of(CHILDREN).spent
    assert part.expected is not None


async def test_of_a_batch_whose_newest_children_wait_some_of_the_done_are_read() -> None:
    """What it will cost is told by those that went well, however many wait before them in the list."""
    waiting = [
        replace(CHILDREN[0], ref=TaskRef("lab", f"waits-{n}"), status=TaskStatus.QUEUED, price=None) for n in range(300)
    ]
    shelf = Shelf([*waiting, *CHILDREN])
    part = of(await read_siblings(shelf, BATCH, None))  # type: ignore[arg-type]
    assert (shelf.pages, shelf.sampled) == (3, 1)
    assert part.expected is not None
    assert part.spent == of(CHILDREN).spent


async def test_where_each_child_costs_a_call_forty_are_read() -> None:
    """They stand evenly among all, and the failed are not looked for: nothing there has a price."""
    shelf = Shelf(unread=True, size=400)
    read = await read_siblings(shelf, replace(BATCH, price=None), None)  # type: ignore[arg-type]
    assert shelf.details == 40
    assert len(read) == 400


async def test_what_cannot_be_read_is_left_out_of_the_plan() -> None:
    """A plan is shown all the same, with what was read before."""
    shelf = Shelf()
    shelf.broken = True
    assert await read_siblings(shelf, replace(BATCH, price=None), None) == ()  # type: ignore[arg-type]
    assert await read_siblings(SimpleNamespace(), BATCH, None) == ()  # type: ignore[arg-type]


@virtual
async def test_a_plan_learns_from_the_platform_what_nobody_holds() -> None:
    """The number is known at once; what it costs after reading, and nothing is read where the children are held."""
    async with Stand(tasks=0).running(20) as stand:
        api = stand.api["cgc"]
        price = {"amount": 0.5, "currency": "USD"}
        for number in range(12):
            word = "FAILED" if number < 4 else "COMPLETED"
            api.add(f"c{number}", word, 20, parent="b", price=price)
        counts = {"total": 12, "completed": 8, "failed": 4, "running": 0, "queued": 0, "aborted": 0}
        api.add("b", "FAILED", 20, batch=True, execution_status=counts, price={"amount": 6, "currency": "USD"})
        batch = await stand.deck.task(TaskRef("cgc", "b"))
        plan = stand.deck.actions.plan(Verb.RERUN_FAILED, [batch])
        assert ([part.count for part in plan.parts], plan.unlearnt) == ([4], (batch,))
        learnt = await stand.deck.actions.learn(plan)
        (part,) = learnt.parts
        assert part.spent == Sum((Money("USD", Decimal("2.0")),))
        assert part.expected is not None
        assert part.expected.cost is not None
        assert part.expected.cost[1] == Money("USD", Decimal("2.00"))
        assert part.expected.wall == timedelta(minutes=9)
        assert "4 failed children run again" in learnt.sentences[0]
        stand.deck.look([], [batch.ref])
        await asyncio.sleep(20)
        asked = len(stand.calls("/tasks"))
        held = stand.deck.actions.plan(Verb.RERUN_FAILED, [batch])
        assert held.parts == learnt.parts
        assert await stand.deck.actions.learn(held) is held
        assert len(stand.calls("/tasks")) == asked

"""The confirm dialog by keys."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from tests.ui.desk import Desk, words
from tests.ui.fakes import MemoryDeck, make_task
from tui.domain.action import RerunPlan, Verb
from tui.domain.forecast import Estimate
from tui.domain.money import Money, Sum
from tui.domain.status import TaskStatus
from tui.domain.task import TaskRef
from tui.store.actions.plan import Changed, Plan
from tui.store.actions.rerun import Again
from tui.ui.screens.confirm import ConfirmScreen


class Checks:
    """Answers a recheck."""

    def __init__(self, *changed: Changed) -> None:
        self.changed = list(changed)
        self.asked = 0

    async def recheck(self, plan: Plan) -> tuple[Changed, ...]:
        self.asked += 1
        changed, self.changed = tuple(self.changed), []
        return changed

    async def learn(self, plan: Plan) -> Plan:
        told = Estimate(
            7, 12, (Money("USD", Decimal(3)), Money("USD", Decimal(4)), Money("USD", Decimal(5))), None, None
        )
        parts = {ref: replace(part, spent=Sum(), expected=told) for ref, part in plan.again.items()}
        return replace(plan, again=parts)


def running(number: int) -> Any:
    return make_task(
        TaskRef("cgc", f"id-{number}"),
        name=f"STAR-align {number}",
        status=TaskStatus.RUNNING,
        native_status="RUNNING",
        ended=None,
        price=Money("USD", Decimal("4.10")),
    )


def plan(number: int = 1, verb: Verb = Verb.ABORT, **fields: Any) -> Plan:
    return Plan(verb=verb, targets=tuple(running(n) for n in range(number)), **fields)


def desk(of: Plan, checks: Checks | None = None) -> Desk:
    return Desk(lambda _, clock: ConfirmScreen(of, checks or Checks(), clock), MemoryDeck())


async def stand(app: Desk, pilot: Any) -> None:
    """Let the dialog be painted and stand for a second."""
    await pilot.pause()
    app.held.ticks += 1.0


async def settle(app: Desk, pilot: Any) -> None:
    await app.workers.wait_for_complete()
    await pilot.pause()


@pytest.mark.parametrize("keys", [["y"], ["y", "y", "y"], ["tab", "enter"], ["y", "enter"], [*"ydyd", "tab", "enter"]])
async def test_r38_a_burst_of_keys_before_the_dialog_has_stood_confirms_nothing(keys: list[str]) -> None:
    checks = Checks()
    app = desk(plan(), checks)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*keys)
        await settle(app, pilot)
        assert checks.asked == 0
        assert not isinstance(app.result, Plan)


@pytest.mark.parametrize("keys", [["y"], ["tab", "enter"]])
async def test_r38_a_yes_after_it_has_stood_confirms_up_to_five(keys: list[str]) -> None:
    of = plan(5)
    app = desk(of)
    async with app.run_test(size=(80, 24)) as pilot:
        await stand(app, pilot)
        await pilot.press(*keys)
        await settle(app, pilot)
        assert app.result == of


async def test_r38_enter_alone_cancels() -> None:
    app = desk(plan())
    async with app.run_test(size=(80, 24)) as pilot:
        await stand(app, pilot)
        await pilot.press("enter")
        await pilot.pause()
        assert app.result is None


@pytest.mark.parametrize(
    "of", [plan(6), plan(1, Verb.DELETE), plan(1, others=("mallory",))], ids=["many", "delete", "of others"]
)
async def test_r38_the_count_has_to_be_typed(of: Plan) -> None:
    app = desk(of)
    async with app.run_test(size=(80, 24)) as pilot:
        await stand(app, pilot)
        await pilot.press("y", "9", "enter")
        await settle(app, pilot)
        assert app.result == "nothing yet"
        assert "that is not the number" in words(app)
        await pilot.press("backspace", str(len(of.targets)), "enter")
        await settle(app, pilot)
        assert app.result == of


async def test_r36_a_target_that_changed_is_said_and_asked_anew() -> None:
    old = running(0)
    new = replace(old, name="another name")
    checks = Checks(Changed(old, new))
    app = desk(plan(), checks)
    async with app.run_test(size=(80, 24)) as pilot:
        await stand(app, pilot)
        await pilot.press("y")
        await settle(app, pilot)
        assert app.result == "nothing yet"
        assert "changed since you looked" in words(app)
        await pilot.press("y")
        await settle(app, pilot)
        assert app.result == "nothing yet"
        app.held.ticks += 1.0
        await pilot.press("y")
        await settle(app, pilot)
        assert isinstance(app.result, Plan)
        assert app.result.targets == (new,)


async def test_r15_r43_says_exactly_what_where_and_what_it_costs() -> None:
    blank = replace(running(0), name="   ")
    of = replace(plan(), targets=(blank,), skipped=((running(1), "already final"),))
    app = desk(of)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        shown = words(app)
        for said in (
            "ABORT 1 task",
            "(no name)",
            "id-0",
            "sevenbridges",
            "cgc",
            "rfranklin/kf-brain",
            "4.10 USD",
            "already final",
        ):
            assert said in shown
        assert "cannot be undone" in shown


async def test_a_dry_run_sends_nothing() -> None:
    checks = Checks()
    app = desk(plan(), checks)
    async with app.run_test(size=(80, 24)) as pilot:
        await stand(app, pilot)
        await pilot.press("d")
        assert "would send: abort cgc:id-0" in words(app)
        assert checks.asked == 0


async def test_what_running_again_costs_is_said_as_soon_as_it_is_read() -> None:
    """The dialog opens at once, with the number of children; what their siblings took comes when it is known."""
    batch = running(0)
    part = Again(count=7, rerun=RerunPlan("one retry makes a new task of them", 2))
    app = desk(Plan(verb=Verb.RERUN_FAILED, targets=(batch,), again={batch.ref: part}))
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(app, pilot)
        shown = words(app)
        assert "RERUN 7 failed children of 1 task" in shown
        assert "7 failed children run again: one retry makes a new task of them." in shown
        assert "Expected: 4.00 USD (3.00..5.00); from 12 siblings." in shown
        assert "requests: 2 at least" in shown
        assert "Rerun 7 failed" in shown

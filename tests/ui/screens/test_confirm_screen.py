"""The confirm dialog by keys."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from textual.widgets import Input

from tests.support.memory_deck import MemoryDeck, make_task
from tests.support.screens import Desk, words
from tui.domain.action import RerunPlan, Verb
from tui.domain.forecast import Estimate
from tui.domain.money import Money, Sum
from tui.domain.status import TaskStatus
from tui.domain.task import Task, TaskRef
from tui.store.actions.plan import Changed, Plan, Rechecked
from tui.store.actions.rerun import Again
from tui.ui.screens.ask import AskScreen
from tui.ui.screens.confirm import ConfirmScreen


class Checks:
    """Answers a recheck."""

    def __init__(self, *changed: Changed) -> None:
        self.changed = list(changed)
        self.asked = 0

    async def recheck(self, plan: Plan) -> Rechecked:
        self.asked += 1
        changed, self.changed = tuple(self.changed), []
        now = {change.old.ref: change.new for change in changed if change.new is not None}
        return Rechecked(replace(plan, targets=tuple(now.get(t.ref, t) for t in plan.targets)), changed)

    def judged(self, plan: Plan, tasks: Sequence[Task]) -> Plan:
        return replace(plan, targets=tuple(tasks))

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
    app.held.passed += 1.0


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
        app.held.passed += 1.0
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
            "Abort 1 task?",
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
        assert "Rerun 7 failed children of 1 task?" in shown
        said = " ".join(shown.replace("│", " ").split())
        assert "becomes 7 failed children run again: one retry makes a new task of them." in said
        assert "costs     about 4.00 USD   3.00 to 5.00, as 12 siblings cost" in shown
        assert "calls     2 at least" in shown
        assert "Rerun 7 failed" in shown


_COUNTS = (*range(1, 13), 19, 20, 40, 48, 84, 99, 100, 101, 111, 480, 548, 999, 1000)


@pytest.mark.parametrize("count", _COUNTS)
async def test_t06_the_count_is_typed_digit_by_digit(count: int) -> None:
    """Each digit stays in the field, the first one too, though it was typed before the field had the focus; only the
    whole number confirms."""
    app = desk(of := plan(count, Verb.DELETE))
    async with app.run_test(size=(80, 24)) as pilot:
        await stand(app, pilot)
        for typed, digit in enumerate(str(count), 1):
            await pilot.press(digit)
            assert app.screen.query_one("#count", Input).value == str(count)[:typed]
        await pilot.press("7", "enter")
        await settle(app, pilot)
        assert app.result == "nothing yet"
        await pilot.press("backspace", "enter")
        await settle(app, pilot)
        assert app.result == of


@pytest.mark.parametrize(("count", "typed"), [(8, "48"), (8, "88"), (48, "8"), (48, "4"), (100, "10"), (6, "66")])
async def test_t06_another_number_confirms_nothing(count: int, typed: str) -> None:
    app = desk(plan(count))
    async with app.run_test(size=(80, 24)) as pilot:
        await stand(app, pilot)
        await pilot.press(*typed, "enter")
        await settle(app, pilot)
        assert app.result == "nothing yet"
        assert "that is not the number" in words(app)


@pytest.mark.parametrize("first", ["y", "tab"])
async def test_t06_the_count_can_be_typed_from_wherever_the_focus_is(first: str) -> None:
    app = desk(of := plan(48))
    async with app.run_test(size=(80, 24)) as pilot:
        await stand(app, pilot)
        await pilot.press(first, "4", "8", "enter")
        await settle(app, pilot)
        assert app.result == of


async def test_t06_a_line_keeps_what_was_typed_before_it_had_the_focus() -> None:
    """The same field elsewhere: a name that is asked for, with the old one to go on from."""
    app = Desk(lambda *_: AskScreen("new name", "run"), MemoryDeck())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*"48", "enter")
        await pilot.pause()
        assert app.result == "run48"


_SIZES = [(160, 48), (80, 24), (60, 15)]


def hard(count: int, verb: Verb) -> Plan:
    """A plan of which there is much to say."""
    others = tuple(f"person-{n}" for n in range(12))
    skipped = tuple((running(5000 + n), f"reason {n} why it is left out, in many words") for n in range(6))
    return plan(count, verb, others=others, skipped=skipped, unnoted="the disk is full", settings={"a": "b" * 90})


@pytest.mark.parametrize("size", _SIZES, ids=str)
@pytest.mark.parametrize("count", [1, 6, 48, 200, 1000])
@pytest.mark.parametrize("verb", [Verb.ABORT, Verb.RERUN, Verb.DELETE])
async def test_t07_question_field_buttons_and_keys_always_show(size: tuple[int, int], count: int, verb: Verb) -> None:
    """However many targets there are and however much there is to say; the list of targets scrolls."""
    app = desk(hard(count, verb))
    async with app.run_test(size=size) as pilot:
        await stand(app, pilot)
        shown = words(app)
        tasks = "task?" if count == 1 else "tasks?"
        for said in (f"{verb.value.capitalize()} {count:,} {tasks}", "type the number", "Cancel", "esc cancel"):
            assert said in shown, f"{said}\n{shown}"
        assert f"{verb.value.capitalize()} {count:,}  y" in shown
        assert f"y {verb.value}" in shown
        assert "STAR-align 0" in shown
        if count > 30:
            await pilot.press(*["j"] * 40)
            assert "STAR-align 40" in words(app)


@pytest.mark.parametrize("size", _SIZES, ids=str)
async def test_t07_what_has_no_room_is_reached_by_keys(size: tuple[int, int]) -> None:
    """The text of a plan scrolls where it is longer than its room."""
    app = desk(hard(200, Verb.ABORT))
    async with app.run_test(size=size) as pilot:
        await stand(app, pilot)
        seen = words(app)
        for _ in range(40):
            await pilot.press("J")
            seen += words(app)
        seen = " ".join(seen.replace("│", " ").split())
        for said in ("cannot be undone", "the disk is full", "calls 200", "reason 0"):
            assert said in seen


async def test_t07_a_dialog_is_no_higher_than_what_it_says() -> None:
    app = desk(plan(6))
    async with app.run_test(size=(160, 48)) as pilot:
        await pilot.pause()
        table = app.screen.query_one("#targets")
        assert table.region.height == 7
        assert app.screen.query_one("#dialog").region.height < 30


async def test_t08_every_change_is_shown_with_what_drops_out() -> None:
    """All properties that changed of all targets are told, with the reason of those that drop out; a second yes counts
    for what is left."""
    old = tuple(running(n) for n in range(3))
    new = replace(old[0], name="another name", project="mallory/new-home", status=TaskStatus.QUEUED)
    done = replace(old[1], status=TaskStatus.DONE, native_status="COMPLETED")
    changed = (
        Changed(old[0], new),
        Changed(old[1], done, "nothing to do, it is COMPLETED"),
        Changed(old[2], None, "it is gone"),
    )

    class Judges(Checks):
        async def recheck(self, plan: Plan) -> Rechecked:
            self.asked += 1
            left = replace(plan, targets=(new,), already=(done,), skipped=((old[2], "it is gone"),))
            return Rechecked(left, changed if self.asked == 1 else ())

    app = desk(plan(3), Judges())
    async with app.run_test(size=(80, 24)) as pilot:
        await stand(app, pilot)
        await pilot.press("y")
        await settle(app, pilot)
        shown = " ".join(words(app).replace("│", " ").split())
        for said in (
            "status was running, is queued",
            "name was STAR-align 0, is another name",
            "project was rfranklin/kf-brain, is mallory/new-home",
            "status was running, is done",
            "left out: nothing to do, it is COMPLETED",
            "STAR-align 2 (cgc:id-2): it is gone",
            "Abort 1 task?",
        ):
            assert said in shown, f"{said}\n{words(app)}"
        app.held.passed += 1.0
        await pilot.press("y")
        await settle(app, pilot)
        assert isinstance(app.result, Plan)
        assert app.result.targets == (new,)

"""What an action's answer does to the rows, and what a failure proves (issue 9, point 13)."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from tests.support.clocks import virtual
from tests.support.deck import Stand
from tui.domain.action import Accepted, Outcome, Result, Verb
from tui.domain.errors import ConfigError, Sent, Unreachable
from tui.domain.status import TaskStatus
from tui.domain.task import Task, TaskRef
from tui.store.actions import journal as module
from tui.store.actions.journal import Journal


async def act(stand: Stand, verb: Verb, *ids: str) -> list[Result]:
    """The outcomes for tasks as they are now."""
    tasks = [await stand.deck.task(TaskRef("cgc", id_)) for id_ in ids]
    return [result async for result in stand.deck.actions.execute(stand.deck.actions.plan(verb, tasks))]


@asynccontextmanager
async def answering(stand: Stand, verb: str, answer: Accepted | Exception) -> AsyncIterator[None]:
    """The platform's answer to one verb."""

    async def call(self: Any, ref: TaskRef, *more: Any) -> Accepted:
        if isinstance(answer, Exception):
            raise answer
        return answer

    with patch.object(type(await stand.deck.platform("cgc")), verb, call):
        yield


@virtual
async def test_t13_an_already_deleted_target_is_already_in_a_new_plan(tmp_path: Path) -> None:
    """A platform may go on showing it, in a state that forbids to delete it; one that was never deleted is refused.
    Mutation: `plan` puts it among the refused."""
    async with Stand(journal=Journal(tmp_path / "journal")).running(20) as stand:
        stand.api["cgc"].add("draft", "DRAFT")
        draft = await stand.deck.task(TaskRef("cgc", "draft"))
        assert [r.outcome for r in await act(stand, Verb.DELETE, "draft")] == [Outcome.DONE]
        shown = replace(draft, status=TaskStatus.RUNNING, native_status="RUNNING")
        other = await stand.deck.task(TaskRef("cgc", "t00001"))
        plan = stand.deck.actions.plan(Verb.DELETE, [shown, other])
        assert (plan.targets, plan.already) == ((), (shown,))
        assert [task for task, _ in plan.skipped] == [other]
        run = stand.deck.actions.plan(Verb.RUN, [replace(shown, status=TaskStatus.DONE)])
        assert run.already == (), "that it was deleted says nothing of another verb"


@virtual
async def test_t13_an_answer_without_a_task_removes_no_row() -> None:
    """Only what removes does. Mutation: `_accepted` removes wherever the answer held no task."""
    async with Stand().running(20) as stand:
        stand.deck.pause(True)
        async with answering(stand, "abort", Accepted(message="noted")):
            (result,) = await act(stand, Verb.ABORT, "t00001")
        assert (result.outcome, result.status, result.message) == (Outcome.DONE, "running", "noted")
        assert stand.store.snapshot.task(TaskRef("cgc", "t00001")) is not None
        stand.api["cgc"].add("draft", "DRAFT")
        (result,) = await act(stand, Verb.DELETE, "draft")
        assert (result.outcome, result.status) == (Outcome.DONE, None)
        assert stand.store.snapshot.task(TaskRef("cgc", "draft")) is None


SENT = [(Sent.NO, Outcome.NOT_SENT), (Sent.MAYBE, Outcome.UNKNOWN), (Sent.REFUSED, Outcome.REFUSED)]


@pytest.mark.parametrize(("sent", "outcome"), SENT)
def test_t13_not_sent_unknown_and_refused_are_three_outcomes(sent: Sent, outcome: Outcome, tmp_path: Path) -> None:
    """In the result and in the journal. Mutation: `_refused` takes Sent.NO for what may have happened."""

    @virtual
    async def run() -> None:
        journal = Journal(tmp_path / "journal")
        async with Stand(journal=journal).running(20) as stand:
            failure = Unreachable("cgc", "cloning", "no route", sent=sent)
            async with answering(stand, "clone", failure):
                (result,) = await act(stand, Verb.CLONE, "t00030")
            assert (result.outcome, result.error) == (outcome, failure)
            assert "no route" in (result.message or "")
            assert [entry.outcome for entry in journal.entries()] == [outcome]
            assert len(journal.unknown()) == (outcome is Outcome.UNKNOWN)

    run()


@virtual
async def test_t13_a_token_that_is_gone_before_sending_is_not_sent(tmp_path: Path) -> None:
    """Mutation: `_sent` lets the ConfigError through."""
    async with Stand(journal=Journal(tmp_path / "journal")).running(20) as stand:
        async with answering(stand, "abort", ConfigError("variable CGC_TOKEN is not set")):
            (result,) = await act(stand, Verb.ABORT, "t00001")
        assert (result.outcome, result.status) == (Outcome.NOT_SENT, "running")
        assert result.message == "variable CGC_TOKEN is not set"


@pytest.mark.parametrize("verb", [Verb.RERUN, Verb.CLONE])
def test_t13_the_original_row_stays_after_a_rerun_or_a_clone(verb: Verb) -> None:
    """As it was, and the new task stands beside it. Mutation: the new task's answer takes the place of the target."""

    @virtual
    async def run() -> None:
        async with Stand().running(20) as stand:
            stand.deck.pause(True)
            before: Task | None = stand.store.snapshot.task(TaskRef("cgc", "t00030"))
            (result,) = await act(stand, verb, "t00030")
            assert (result.outcome, result.status) == (Outcome.DONE, "done")
            assert result.new is not None
            assert result.new.id != "t00030"
            after, new = (stand.store.snapshot.task(ref) for ref in (TaskRef("cgc", "t00030"), result.new))
            assert before is not None
            assert after is not None
            assert (after.name, after.status) == (before.name, before.status)
            assert new is not None
            assert new.ref == result.new

    run()


@virtual
async def test_t13_a_refusal_because_it_ended_shows_the_end_at_once() -> None:
    """Mutation: `_reconsidered` does not tell the store."""
    async with Stand().running(20) as stand:
        stand.deck.pause(True)
        plan = stand.deck.actions.plan(Verb.ABORT, [await stand.deck.task(TaskRef("cgc", "t00001"))])
        stand.api["cgc"].rows["t00001"]["status"] = "COMPLETED"
        (result,) = [result async for result in stand.deck.actions.execute(plan)]
        assert result.outcome is Outcome.ALREADY
        held = stand.store.snapshot.task(TaskRef("cgc", "t00001"))
        assert held is not None
        assert held.status is TaskStatus.DONE


@virtual
async def test_t13_what_is_stopped_says_so_of_the_rest() -> None:
    """What flies yields its outcome; the rest was not tried. Mutation: `execute` does not ask `stopped`."""
    async with Stand(tasks=60, active=40).running(20) as stand:
        tasks = [await stand.deck.task(TaskRef("cgc", f"t{n:05}")) for n in range(12)]
        results: list[Result] = []
        plan = stand.deck.actions.plan(Verb.ABORT, tasks)
        async for result in stand.deck.actions.execute(plan, stopped=lambda: bool(results)):
            results.append(result)
        rest = [result for result in results if result.outcome is Outcome.NOT_TRIED]
        assert len(results) == 12
        assert {result.message for result in rest} == {"stopped"}
        assert len(stand.api["cgc"].ledger) == 12 - len(rest) <= 4


@virtual
async def test_t13_a_platform_that_names_no_budget_stands_in_no_plan() -> None:
    """Mutation: `plan` takes a budget of None along."""
    async with Stand().running(20) as stand:
        task = await stand.deck.task(TaskRef("cgc", "t00001"))
        assert set(stand.deck.actions.plan(Verb.ABORT, [task]).budgets) == {"cgc"}
        with patch.object(type(await stand.deck.platform("cgc")), "budget", None):
            assert stand.deck.actions.plan(Verb.ABORT, [task]).budgets == {}


@virtual
async def test_t13_a_journal_that_fills_its_disk_is_said_until_it_can_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Mutation: `_tell_unnoted` compares the other way round."""

    def full(path: Path, line: bytes) -> None:
        raise OSError(28, "No space left on device")

    def told() -> list[str]:
        return [problem.what for problem in stand.store.snapshot.problems]

    async with Stand(journal=Journal(tmp_path / "journal")).running(20) as stand:
        assert told() == []
        with monkeypatch.context() as patched:
            patched.setattr(module, "_append_line", full)
            await act(stand, Verb.ABORT, "t00001")
            assert told() == ["the journal cannot be written: No space left on device"]
            await act(stand, Verb.ABORT, "t00002")
            assert len(told()) == 1
        await act(stand, Verb.ABORT, "t00003")
        assert told() == []

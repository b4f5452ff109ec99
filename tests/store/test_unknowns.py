"""Actions of an earlier run whose outcome nobody knows (R35)."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.clocks import START, virtual
from tests.support.deck import Stand
from tui.domain.action import Outcome, Verb
from tui.domain.task import TaskRef
from tui.store.actions.journal import Journal, this_host

REF = TaskRef("cgc", "t00001")


def lost(path: Path, verb: Verb, ref: TaskRef = REF, *, by: str | None = None) -> None:
    """An earlier run sent it and was killed before an answer came."""
    earlier = Journal(path)
    earlier.begin(f"{verb}-{ref}", START, verb, ref)
    if by is not None:
        path.write_text(path.read_text().replace(f"{this_host()} {os.getpid()}", by))


@pytest.mark.parametrize(
    ("verb", "word", "outcome", "said"),
    [
        (Verb.ABORT, "ABORTED", Outcome.DONE, "outcome was unknown; it is ABORTED now, so it was done"),
        (Verb.ABORT, "COMPLETED", Outcome.ALREADY, "outcome was unknown; it is COMPLETED now, so there is nothing"),
        (Verb.ABORT, "RUNNING", None, "outcome unknown; it is RUNNING now"),
        (Verb.ABORT, None, Outcome.ALREADY, "outcome was unknown; it is gone now"),
        (Verb.RUN, "DRAFT", None, "outcome unknown; it is DRAFT now"),
        (Verb.RUN, "RUNNING", Outcome.DONE, "outcome was unknown; it is RUNNING now, so it was done"),
        (Verb.DELETE, None, Outcome.DONE, "outcome was unknown; it is gone now, so it was done"),
        (Verb.DELETE, "DRAFT", None, "outcome unknown; it is DRAFT now"),
        (Verb.RERUN, "FAILED", None, "outcome unknown"),
    ],
)  # fmt: skip
def test_r35_what_the_platform_shows_settles_it(
    tmp_path: Path, verb: Verb, word: str | None, outcome: Outcome | None, said: str
) -> None:
    """A new start names it with what is seen now; where that is the truth it is noted, and the next start is silent.
    A new task elsewhere shows on no target, so a rerun stays unknown. Nothing is sent."""

    @virtual
    async def run() -> None:
        lost(tmp_path / "journal", verb)
        journal = Journal(tmp_path / "journal")
        stand = Stand(journal=journal)
        async with stand.deck:
            rows = stand.api["cgc"].rows
            if word is None:
                del rows[REF.id]
            else:
                rows[REF.id]["status"] = word
            unknowns = stand.deck.actions.unknowns
            (seen,) = await unknowns.seen(unknowns.left(), {"cgc"})
            assert str(seen).startswith(f"{verb.value} of {REF} at 2026-11-24 16:00 UTC: {said}")
            assert [e.outcome for e in journal.entries()] == [outcome]
            assert len(unknowns.left()) == (outcome is None)
            assert stand.api["cgc"].ledger == []

    run()


@virtual
async def test_r35_an_interface_names_it_and_then_says_what_is_seen(tmp_path: Path) -> None:
    """The problem of the start is replaced once the account answers."""
    lost(tmp_path / "journal", Verb.ABORT)
    stand = Stand(journal=Journal(tmp_path / "journal"))
    stand.api["cgc"].rows[REF.id]["status"] = "ABORTED"
    stand.latency = 5.0
    async with stand.running(1):
        (problem,) = stand.store.snapshot.problems
        assert problem.what == f"abort of {REF} at 2026-11-24 16:00 UTC: outcome unknown"
        await stand.clock.sleep(60)
        (problem,) = stand.store.snapshot.problems
        assert problem.what.endswith("it is ABORTED now, so it was done")
        assert problem.advice == "it is settled"


@virtual
async def test_r35_where_nothing_can_be_read_it_is_only_named(tmp_path: Path) -> None:
    """Of an account that does not answer, or that this command was not given."""
    lost(tmp_path / "journal", Verb.ABORT)
    lost(tmp_path / "journal", Verb.ABORT, TaskRef("other", "t1"))
    stand = Stand(journal=Journal(tmp_path / "journal"))
    async with stand.deck:
        stand.strike.on("POST", "/bulk", 503, ...)
        unknowns = stand.deck.actions.unknowns
        before = unknowns.left()
        assert await unknowns.seen(before, {"cgc"}) == before
        assert len(before) == 2


def test_r35_neither_ours_nor_another_instances_is_of_an_earlier_run(tmp_path: Path) -> None:
    """What this run sent it tells itself; what another one that still runs has sent may be under way."""

    @virtual
    async def run() -> None:
        lost(tmp_path / "journal", Verb.ABORT, by=f"{this_host()} {os.getppid()}")
        lost(tmp_path / "journal", Verb.RUN, by="elsewhere 1")
        journal = Journal(tmp_path / "journal")
        stand = Stand(journal=journal)
        async with stand.deck:
            journal.begin("ours", START, Verb.RENAME, REF)
            left = stand.deck.actions.unknowns.left
            assert [u.entry.verb for u in left()] == [Verb.RUN]
            await stand.clock.sleep(700)
            assert [u.entry.verb for u in left()] == [Verb.RUN, Verb.ABORT]
            await stand.clock.sleep(timedelta(days=2).total_seconds())
            assert left() == ()

    run()


def test_it_is_settled_by_doing_it_again_or_by_looking(tmp_path: Path) -> None:
    """An abort that went well the second time; a rerun only by the user's word, for twice would be two tasks."""
    journal = Journal(tmp_path / "journal")
    for verb in (Verb.ABORT, Verb.RERUN):
        journal.begin(f"lost {verb}", START, verb, REF)
        journal.begin(f"again {verb}", START, verb, REF)
        journal.end(f"again {verb}", START, Outcome.DONE, None, None)
    assert [e.intent for e in journal.unknown()] == ["lost rerun"]
    journal.settle("lost rerun", START)
    assert journal.unknown() == ()
    assert [e.outcome for e in journal.entries() if e.settled] == [None]

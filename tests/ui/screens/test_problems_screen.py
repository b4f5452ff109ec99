"""What went wrong, beside its drawing: what was tried, when next, what to do."""

from datetime import timedelta

from tests.support.memory_deck import NOW, MemoryDeck, make_task
from tests.support.screens import Desk, words
from tui.domain.errors import AuthRefused, Unreachable, Untrusted
from tui.domain.task import TaskRef
from tui.store.snapshot import Feed, Problem, Snapshot
from tui.ui.screens.problems import ProblemActions, ProblemsScreen

TASKS = {f"cav:{n}": make_task(TaskRef("cav", str(n))) for n in range(412)}
BROKEN = Snapshot(
    {
        "cgc": Feed(fetched=NOW, complete=True),
        "cav": Feed(
            tasks=TASKS,
            fetched=NOW - timedelta(minutes=55),
            error=Unreachable("cav", "listing tasks", "no route: connect timeout after 10s"),
            failing_since=NOW - timedelta(minutes=14),
            attempts=7,
            next_try=NOW + timedelta(seconds=28),
        ),
        "et": Feed(error=AuthRefused("et", "listing batches", "401 token refused"), attempts=1, failing_since=NOW),
    },
    problems=(Problem(None, "the journal cannot be written", "actions are not noted"),),
)


def desk(cures: ProblemActions | None = None) -> Desk:
    origins = {"et": "env ET_ENGINE_API_KEY"}
    return Desk(lambda deck, clock: ProblemsScreen(clock, origins, cures), MemoryDeck())


async def test_each_problem_says_what_was_tried_when_next_what_to_do_and_what_is_shown_meanwhile() -> None:
    app = desk()
    async with app.run_test(size=(80, 30)) as pilot:
        app.give(BROKEN)
        await pilot.pause()
        shown = words(app)
        for said in (
            "problems (3)     data stays on screen",
            "> cav         no route: connect timeout after 10s   14m ago",
            "tried 7 times, next in 28s",
            "showing 412 tasks of 10:07:09 UTC, marked ~",
            "et          401 token refused",
            "polling stopped",
            "env ET_ENGINE_API_KEY",
            ":login et",
            "taskdeck    the journal cannot be written",
            "others      cgc fine",
        ):
            assert said in shown


async def test_r_asks_the_account_under_the_cursor_and_capital_l_reads_its_token_again() -> None:
    done: list[tuple[str, str | None]] = []
    cures = ProblemActions(
        lambda account: done.append(("retry", account)),
        lambda account: done.append(("login", account)),
        lambda: done.append(("log", None)),
    )
    app = desk(cures)
    async with app.run_test(size=(80, 30)) as pilot:
        app.give(BROKEN)
        await pilot.press("r", "j", "r", "L", "enter", "j", "r", "L", "k", "k", "k", "r")
        await pilot.pause()
    assert done == [
        ("retry", "cav"), ("retry", "et"), ("login", "et"), ("log", None), ("retry", None), ("retry", "cav"),
    ]  # fmt: skip


async def test_without_problems_it_says_so_and_r_asks_all() -> None:
    done: list[str | None] = []
    app = desk(ProblemActions(done.append))
    async with app.run_test(size=(80, 24)) as pilot:
        app.give(Snapshot({"cgc": Feed(fetched=NOW)}))
        await pilot.press("r")
        assert "cgc fine" in words(app)
    assert done == [None]


async def test_u13_an_untrusted_certificate_gets_advice_of_its_own() -> None:
    """Not to look at the network in general: the two remedies stand above it."""
    why = "the certificate of cgc.example is not trusted: self-signed; name its PEM file with ca_file"
    feed = Feed(error=Untrusted("cgc", "listing tasks", why), attempts=1, failing_since=NOW)
    app = desk()
    async with app.run_test(size=(80, 24)) as pilot:
        app.give(Snapshot({"cgc": feed}))
        await pilot.pause()
        shown = " ".join(words(app).replace("│", " ").split())
        assert "set ca_file or REQUESTS_CA_BUNDLE as said above, quit, start again" in shown
        assert "look at the network" not in shown

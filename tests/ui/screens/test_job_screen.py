"""The job and log screen by keys."""

from dataclasses import replace
from pathlib import Path

from textual.widgets import Input

from tests.support.memory_deck import LOG, REF, MemoryDeck, make_detail, make_job
from tests.support.screens import Desk, words
from tui.domain.errors import Unreachable
from tui.domain.log import TAIL_BYTES
from tui.domain.task import TaskRef
from tui.store.snapshot import Feed, Snapshot
from tui.ui.bindings import live_actions
from tui.ui.log.view import LogView
from tui.ui.screens.job import JobScreen
from tui.ui.widgets.gantt import Gantt

MERGE = TaskRef(REF.account, REF.id, "merge.chr7")


def desk(log: bytes = LOG) -> Desk:
    deck = MemoryDeck()
    deck.details[REF] = make_detail()
    deck.texts = {"job.err.log": log, "job.out.log": b"quiet\n"}
    return Desk(lambda d, clock: JobScreen(MERGE, d, clock), deck)


async def settle(app: Desk, pilot) -> None:  # type: ignore[no-untyped-def]
    for _ in range(3):
        await app.workers.wait_for_complete()
        await pilot.pause()


async def test_shows_the_end_of_the_log_and_the_errors_found_in_it() -> None:
    app = desk()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        shown = words(app)
        assert "FAILED 42m ago exit 1" in shown
        assert "1 error, 1 warning   n/N jump" in shown
        assert app.memory.reads == [(-TAIL_BYTES, TAIL_BYTES)]
        assert "last 65.5 KB of" in shown


async def test_the_log_opens_on_the_line_that_says_why_and_y_copies_it() -> None:
    """Also where the job wrote much after it; N goes on to what sounded like a failure before."""
    app = desk(LOG + b"".join(b"cleaning up %d\n" % n for n in range(50)))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        assert ">  -51 09:42:21 Killed" in words(app)
        await pilot.press("y")
        assert app.copied[-1] == "09:42:21 Killed"
        await pilot.press("N", "y")
        assert app.copied[-1] == "09:40:12 WARN  memory at 92% of limit"


async def test_the_line_that_says_why_stands_out_in_the_log_itself() -> None:
    """By a sign where the cursor is elsewhere, and by colour."""
    app = desk()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        await pilot.press("N")
        view = app.screen.query_one(LogView)
        line = next(y for y in range(view.size.height) if "Killed" in view.render_line(y).text)
        strip = view.render_line(line)
        assert strip.text.startswith("▌   -1 09:42:21 Killed")
        grounds = [{s.style.bgcolor for s in one if s.style} for one in (strip, view.render_line(0))]
        assert [len(ground) for ground in grounds] == [1, 1]
        assert grounds[0] != grounds[1]


async def test_a_log_that_was_left_for_a_search_is_not_moved_back() -> None:
    """The line that says why is shown once; a reload does not take the user there again."""
    app = desk()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        await pilot.press("g", "r")
        await settle(app, pilot)
        assert app.screen.query_one(LogView).shown[0] == 1


async def test_the_line_that_tells_is_found_among_many_warnings_that_do_not() -> None:
    """It holds no word that sounds like a failure, so only the reading of the whole end finds it."""
    warnings = b"".join(b"2026-11-24 10:58:%02d WARN  %d reads without mate were skipped\n" % (n, n) for n in range(40))
    app = desk(warnings + b"2026-11-24T10:59:05Z instance is being terminated (spot interruption notice)\n")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        found = words(app).split("1 error, 40 warnings")[1]
        assert "   41 2026-11-24T10:59:05Z instance is being terminated" in found
        await pilot.press("enter")
        assert app.screen.query_one(LogView).marked == 40


async def test_search_filter_and_escape() -> None:
    app = desk()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        await pilot.press("slash", *"alloc", "enter")
        assert "match 1/1" in words(app)
        await pilot.press("escape", "ampersand", *"memory", "enter")
        await settle(app, pilot)
        assert "only 'memory'" in words(app)
        assert "step 2999" not in words(app)
        await pilot.press("escape")
        await settle(app, pilot)
        assert "only" not in words(app)


async def test_top_twice_reads_the_part_before() -> None:
    app = desk()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        await pilot.press("g")
        await pilot.press("g")
        await settle(app, pilot)
        assert len(app.memory.reads) == 2
        assert "all " in words(app)


async def test_s_reads_the_other_stream_and_tabs_show_facts() -> None:
    app = desk()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        await pilot.press("s")
        await settle(app, pilot)
        assert "quiet" in words(app)
        await pilot.press("right_curly_bracket")
        assert "gatk MergeVcfs" in words(app)


async def test_the_log_of_what_failed_opens_on_stderr_and_on_stdout_where_that_is_empty() -> None:
    """Whatever the platform names first; Qarnot names stdout."""
    for said, shown in ((b"License server: no seats\n", "stderr  all"), (b"", "stdout  all")):
        app = desk()
        app.memory.texts = {"stdout": b"step 1\n", "stderr": said}
        async with app.run_test(size=(80, 24)) as pilot:
            app.screen.panes.facts_of.job = make_detail().jobs[-1]  # type: ignore[attr-defined, index]
            app.screen.panes._open_log()  # type: ignore[attr-defined]
            await settle(app, pilot)
            assert f"─ {shown}" in words(app)


async def test_s_shows_both_outputs_together_after_each_alone() -> None:
    """One after the other here, for the lines of one have no times; the line that says why is found there, too."""
    app = desk()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        await pilot.press("s", "s")
        await settle(app, pilot)
        assert "source: both" in words(app)
        assert "stdout and stderr  last " in words(app)
        assert "09:42:21 Killed" in words(app)
        await pilot.press("g")
        await settle(app, pilot)
        await pilot.press("g")
        await settle(app, pilot)
        view = app.screen.query_one(LogView)
        assert [view.log_text.line(n) for n in range(4)] == [
            "--- stdout  job.out.log  6 B ---",
            "quiet",
            "--- stderr  job.err.log  122.0 KB ---",
            "09:00:00 step 0 res 6.0e-03 mem 8.9 G",
        ]
        await pilot.press("W")
        assert not app.screen.query_one("#find", Input).has_class("-open")
        await pilot.press("s")
        await settle(app, pilot)
        assert "source: job.err.log" in words(app)


async def test_says_why_there_is_no_log() -> None:
    app = desk()
    app.memory.why_no_log = "ET Engine keeps no logs."
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        assert "ET Engine keeps no logs." in words(app)
        app.memory.why_no_log = "A sentence that says at length why there is no log at all, and what to do to have one."
        app.screen.panes._open_log()  # type: ignore[attr-defined]
        await settle(app, pilot)
        assert "and what to do to have one." in " ".join(words(app).split())


async def test_a_read_that_fails_is_said_and_the_text_stays() -> None:
    app = desk()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        app.memory.fails = Unreachable("cav", "reading a log", "timed out")
        await pilot.press("g")
        await pilot.press("g")
        await settle(app, pilot)
        assert "! cav: reading a log: timed out" in words(app)
        assert "step " in words(app)


async def test_w_saves_the_whole_log_and_never_over_a_file(tmp_path: Path) -> None:
    """All bytes are there, not only what is held; a second save to the same path is refused."""
    app = desk()
    target = tmp_path / "out.log"
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        for _ in range(2):
            await pilot.press("W")
            app.screen.query_one("#find", Input).value = str(target)
            await pilot.press("enter")
            await settle(app, pilot)
        assert target.read_bytes() == LOG
    assert [path.name for path in tmp_path.iterdir()] == ["out.log"]  # noqa: ASYNC240


async def test_digits_show_the_head_and_the_last_minutes() -> None:
    """1 reads the head, 3 leaves the last five minutes by the times of the lines, 0 is the tail again."""
    log = b"".join(b"2026-11-24 09:%02d:%02d line %d\n" % (n // 60, n % 60, n) for n in range(3600))
    app = desk(log)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        await pilot.press("1")
        await settle(app, pilot)
        assert "09:00:00 line 0" in words(app)
        await pilot.press("0")
        await settle(app, pilot)
        await pilot.press("3")
        await settle(app, pilot)
        view = app.screen.query_one(LogView)
        assert view.log_text.text(view.since, view.since + 1) == "2026-11-24 09:54:59 line 3299"


async def test_selected_lines_are_copied_as_clean_text() -> None:
    app = desk()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        await pilot.press("V", "k", "k", "y")
        assert app.copied[-1].split("\n")[0] == "09:40:12 WARN  memory at 92% of limit"
        assert len(app.copied[-1].split("\n")) == 3


async def test_capital_p_shows_the_attempt_before() -> None:
    """Two tries of the same step are two attempts."""
    app = desk()
    detail = make_detail()
    last = (detail.jobs or ())[-1]
    first = replace(last, ref=TaskRef(REF.account, REF.id, "merge.chr7~1"), attempt=1)
    app.memory.details[REF] = replace(detail, jobs=(first, last))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        assert "attempt 2 of 2" in words(app)
        await pilot.press("P")
        await settle(app, pilot)
        assert "attempt 1 of 2" in words(app)


async def test_help_is_made_from_the_keys_that_work_now() -> None:
    """The log's own keys are there while the log has them."""
    app = desk()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        screen = app.screen
        assert isinstance(screen, JobScreen)
        keys = {action.id: action.shown_keys for action in live_actions(screen)}
        assert (keys["log.follow"], keys["log.save"], keys["screen.find"]) == ("F", "W", "/")
        await pilot.press("right_curly_bracket")
        assert "log.follow" not in {action.id for action in live_actions(screen)}


async def test_the_timeline_tab_draws_every_try_of_every_job_and_marks_the_path_that_took_longest() -> None:
    """The cursor stands on this try; enter on another opens its log in place, on this one it goes back to the log."""
    app = desk()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        await pilot.press("T")
        await settle(app, pilot)
        shown = words(app)
        assert "started" in shown
        assert "bold: critical path" in shown
        assert "▌✗ merge.chr7 #2" in shown.replace("  ", " ")
        bars = app.screen.query_one(Gantt)
        assert len(shown.split("bold: critical path")[1].split("\n")[2:]) > 4
        await pilot.press("enter")
        assert app.screen.query_one(LogView).has_focus
        await pilot.press("T", "k")
        other = bars.chosen
        assert other is not None
        await pilot.press("enter")
        await settle(app, pilot)
        assert app.screen.ref == other.ref  # type: ignore[attr-defined]


async def test_a_child_that_is_held_is_shown_at_once_and_its_thousands_of_siblings_are_not_asked_for() -> None:
    """On ET Engine the jobs of a batch are a call each: asked for all of them, one log cost ten thousand calls."""
    child = make_detail().jobs[-1]  # type: ignore[index]
    feed = Feed(tasks={str(child.ref): child}, complete=True)
    app = desk()
    app.memory.store.snapshot = Snapshot({}, {REF: feed})
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        assert app.screen.panes.job == child  # type: ignore[attr-defined]
        assert app.memory.asked == []


async def test_a_job_that_nobody_holds_is_asked_for_alone() -> None:
    app = desk()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        assert app.memory.asked == [MERGE]


async def test_u14_warnings_are_counted_as_warnings_and_n_visits_errors_first() -> None:
    """Also on a job that went well, where nothing is said to be why it failed."""
    warnings = b"".join(b"10:58:%02d WARN  failed to read mate %d, skipped\n" % (n, n) for n in range(40))
    app = desk(b"10:57:00 INFO  0 errors so far\n" + b"10:57:01 ERROR no space left on device\n" + warnings)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        assert "1 error, 40 warnings" in words(app)
        view, seen = app.screen.query_one(LogView), []
        await pilot.press("g")
        view.jump(0)
        for _ in range(3):
            await pilot.press("n")
            seen.append(view.marked)
        assert seen == [1, 2, 3], "the error, then the warnings in their order"
    good = desk(warnings)
    good.memory.details[REF] = make_detail(jobs=(make_job("merge.chr7", 38, 38),))
    async with good.run_test(size=(80, 24)) as pilot:
        await settle(good, pilot)
        assert "40 warnings   n/N" in words(good)
        assert "error" not in words(good).split("40 warnings")[0].split("\n")[-1]
        assert good.screen.query_one(LogView).telling == -1


async def test_u14_header_and_tab_count_the_same_attempts() -> None:
    """Where the platform counts two and lists the last one only, the other is named as not reported."""
    app = desk()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        assert "attempt 2 of 2" in words(app)
        assert "attempts(2)" in words(app)
        await pilot.press("right_curly_bracket", "right_curly_bracket")
        await settle(app, pilot)
        assert "attempt 1" in words(app).split("attempt 2 of 2")[1].split("not reported")[0]
        await pilot.press("l", "P")
        assert [n.message for n in app._notifications] == ["the platform does not list the other attempts"]

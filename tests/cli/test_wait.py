"""`wait` and `logs` against the sandbox, in a time that passes only while they wait (product, section 4)."""

import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.support.commands import Answer, World

PLAIN = "batch:none"


def test_wait_prints_a_line_a_change_until_all_are_final(world: World) -> None:
    """One line `REF STATUS` for each change, and status 0 when all succeeded."""
    ref = world.ref("status:queued", PLAIN)
    done = world("wait", ref)
    statuses = [line.removeprefix(f"{ref} ") for line in done.lines]
    assert statuses[0] == "queued"
    assert statuses[-1] in {"done", "failed"}
    assert all(a != b for a, b in itertools.pairwise(statuses))
    assert done.code == {"done": 0, "failed": 1}[statuses[-1]]


@pytest.mark.parametrize(
    ("filters", "code"),
    [
        (("status:done",), 0), (("status:failed",), 1), (("status:aborted",), 3), (("status:done", "status:failed"), 1),
        (("status:failed", "status:aborted"), 3), (("status:done", "status:aborted"), 3),
    ],
)  # fmt: skip
def test_the_code_tells_how_they_ended(world: World, filters: tuple[str, ...], code: int) -> None:
    """0 all succeeded, 1 one failed, 3 one was aborted; with both, the worst by the documented order."""
    refs = [world.ref(f"{f} {PLAIN}") for f in filters]
    done = world("wait", *refs)
    assert (done.code, len(done.lines)) == (code, len(refs))


def test_wait_can_end_early(world: World) -> None:
    """`--any` ends with the first final one, `--fail-fast` with the first that failed, `--timeout` with 124."""
    live, done, failed = (world.ref(f"status:{s} {PLAIN}") for s in ("running", "done", "failed"))
    assert world("wait", live, done, "--any").code == 0
    assert world("wait", live, failed, "--any").code == 1
    assert world("wait", live, failed, "--fail-fast").code == 1
    before = world.clock.now()
    late = world("wait", live, "--timeout", "1s")
    assert (late.code, late.out, "not final" in late.err) == (124, f"{live} running\n", True)
    assert (world.clock.now() - before).total_seconds() == 1


def test_wait_takes_a_filter(world: World) -> None:
    """`--filter F` waits for what matches at the start, looked at in bulk; nothing matching is said and exits 0."""
    refs = {row["ref"] for row in world.rows("open", PLAIN, "!status:draft", "@cgc")}
    assert len(refs) > 5
    world.calls.clear()
    done = world("wait", "--filter", f"open {PLAIN} !status:draft account:cgc")
    assert {line.split()[0] for line in done.lines} == refs
    assert all("/tasks/" not in path for method, path in world.calls if method == "GET")
    none = world("wait", "--filter", "name:nothing-is-called-so")
    assert (none.code, none.out, "no task matches" in none.err) == (0, "", True)
    assert world("wait").code == 2


def test_wait_outlives_an_outage_and_says_it_once(world: World) -> None:
    """A platform that is down for a while is said once and asked again; a login that is refused ends with 4."""
    ref = world.ref("status:running", PLAIN)
    world.answers = [Answer("POST", "/bulk/tasks/get", 503, times=20)]
    done = world("wait", ref)
    assert done.code in {0, 1}
    assert done.err.count("\n") == 1
    world.answers = [Answer("POST", "/bulk/tasks/get", 401)]
    assert world("wait", ref).code == 4


@pytest.fixture
def et(home: Path) -> World:
    """An ET Engine account with batches so old that the platform has forgotten their states."""
    return World(home, platform="et-engine", tasks={"et": 60})


def test_wait_does_not_wait_for_what_will_never_be_known(et: World) -> None:
    """An expired batch, or a job of one, can never become final: that is said once, and the status is 6 at once."""
    expired, done = et.ref("status:unknown"), et.ref("status:done")
    before = et.clock.now()
    told = et("wait", expired)
    assert (told.code, told.out) == (6, f"{expired} unknown\n")
    assert "will never be known" in told.err
    assert told.err.count("\n") == 1
    assert et("wait", done, expired).code == 6
    job = et("jobs", expired, "-o", "json").json[0]["ref"]
    assert et("wait", job).code == 6
    assert et("logs", job, "--follow").code == 0
    assert et.clock.now() == before


def test_an_expired_batch_is_no_end_to_wait_for(et: World) -> None:
    """With `--any` and `--fail-fast` the others are waited for; a filter leaves expired ones out and says so."""
    expired, live, done = (et.ref(f"status:{status}") for status in ("unknown", "running", "done"))
    assert et("wait", expired, done, "--any").code == 0
    assert et("wait", expired, live, "--any", "--timeout", "1s").code == 124
    assert et("wait", expired, live, "--fail-fast", "--timeout", "1s").code == 124
    told = et("wait", "--filter", "status:unknown,done")
    assert (told.code, "have expired" in told.err, expired in told.out) == (0, True, False)


def test_logs_print_the_text_the_failed_job_first(world: World) -> None:
    """A task's logs come one after the other, the failed job's first; headers stand only on a terminal."""
    ref = world.ref("status:failed", PLAIN, "batch:none")
    jobs = world("jobs", ref, "-o", "json").json
    failed = next(job["ref"] for job in jobs if job["status"] == "failed")
    whole = world("logs", ref, "--stderr")
    assert whole.code == 0
    assert "==>" not in whole.out
    assert whole.out.startswith(world("logs", failed, "--stderr").out)
    heads = [line for line in world("logs", ref, "--stderr", terminal=True).lines if line.startswith("==> ")]
    assert heads[0].startswith(f"==> {failed} ")
    assert len(heads) == len([job for job in jobs if job["logs"]])


def test_tail_reads_the_end_only(world: World) -> None:
    """`--tail N` is the last N lines of each log, fetched from its end."""
    ref = world.ref("status:done", PLAIN)
    job = next(job for job in world("jobs", ref, "-o", "json").json if job["logs"])
    whole = world("logs", job["ref"], "--stderr").lines
    assert len(whole) > 4
    for count in (0, 1, 3, len(whole), len(whole) + 10):
        assert world("logs", job["ref"], "--stderr", "--tail", str(count)).lines == (whole[-count:] if count else [])


def test_since_keeps_young_lines(world: World) -> None:
    """`--since 2h` drops lines whose own time is older; a log without times is shown whole, and that is said."""
    ref = world.ref("status:failed", PLAIN)
    whole = world("logs", ref, "--stderr").lines
    assert world("logs", ref, "--stderr", "--since", "90d").lines == whole
    world.clock.advance(7200)
    assert world("logs", ref, "--stderr", "--since", "1s").lines == []
    done = world("logs", ref, "--since", "1s")
    assert done.lines == world("logs", ref).lines
    assert "no line carries a time" in done.err
    assert world("logs", ref, "--since", "soon").code == 2


@pytest.mark.parametrize(
    ("filter_", "said"), [("batch:any", "batch"), ("status:draft", "draft"), ("status:queued", "")]
)
def test_where_there_is_no_log_one_sentence_says_why(world: World, filter_: str, said: str) -> None:
    """No log is one sentence on stderr, nothing on stdout, and status 0."""
    done = world("logs", world.ref(filter_))
    assert (done.code, done.out, done.err.count("\n")) == (0, "", 1)
    assert said in done.err


def test_a_batch_without_a_log_leads_to_what_tells_why(world: World) -> None:
    """The sentence ends with the command that groups the failed children, or else with the one that lists them."""
    for row in world.rows("batch:any"):
        done = world("logs", row["ref"])
        assert done.err.count("\n") == 1
        counts = row["counts"]
        bad = f"why {counts['failed']} of its {sum(counts.values())} failed is shown by: taskdeck triage {row['ref']}\n"
        assert done.err.endswith(bad if counts["failed"] else f"listed by: taskdeck children {row['ref']}\n")


def test_wait_says_at_once_that_a_draft_does_not_start_by_itself(world: World) -> None:
    """A draft is waited for until it is final, as asked; on stderr stands what it waits for, once."""
    ref = world.ref("status:draft", PLAIN)
    done = world("wait", ref, "--timeout", "10m")
    assert (done.code, done.out) == (124, f"{ref} draft\n")
    assert done.err.count(f"{ref} is a draft and waits until it is run: taskdeck run {ref}\n") == 1


def test_follow_goes_on_until_the_task_is_final(world: World) -> None:
    """`--follow` prints logs that appear later, whole, and ends when the task has ended."""

    def left(row: dict[str, Any]) -> float:
        script = world.sandbox.mounted[0].app.account.find(row["id"], world.clock.now())
        ends = script.created + timedelta(seconds=script.queue + script.init + script.run)
        return (ends - world.clock.now()).total_seconds()

    ref = min(world.rows("status:running", PLAIN, "@cgc"), key=left)["ref"]
    before = world("logs", ref)
    followed = world("logs", ref, "--follow")
    assert len(followed.lines) > len(before.lines)
    assert followed.code == 0
    row = world("show", ref, "-o", "json").json
    assert row["status"] in {"done", "failed"}
    assert sorted(followed.lines) == sorted(world("logs", ref).lines)
    assert followed.lines


def test_follow_outlives_an_outage_and_says_it_once(world: World) -> None:
    """A log is followed on when the platform is there again; a login that is refused ends it with 4."""
    ref = world.ref("status:running", PLAIN, "@cgc")
    world.answers = [
        Answer("POST", "/bulk/tasks/get", 503, b'{"message": "under repair"}', times=20),
        Answer("POST", "/bulk/tasks/get", 401, b'{"message": "no such token"}', after=6),
    ]
    followed = world("logs", ref, "--follow")
    assert followed.code == 4
    assert [followed.err.count(word) for word in ("under repair", "no such token")] == [1, 1]
    assert world.answers[0].times == world.answers[1].after == 0


def test_v09_wait_tells_a_terminal_what_is_left(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The line that stands on a terminal counts what is not final, by status, and the time waited."""
    texts: list[str] = []

    @asynccontextmanager
    async def shown(text: Callable[[], str]) -> AsyncIterator[None]:
        try:
            yield
        finally:
            texts.append(text())

    monkeypatch.setattr("tui.cli.wait.progress", shown)
    refs = [row["ref"] for row in world.rows("status:running", "!batch:any")][:3]
    assert world("wait", *refs, "--timeout", "1s").code == 124
    assert texts == ["waiting for 3 of 3 (3 running), 1s"]

"""The last list on disk: a convenience that never stands in the way (R47-R51)."""

import asyncio
import contextlib
import os
import sqlite3
import stat
import subprocess
import sys
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from tests.domain.samples import NOW, make
from tests.support.clocks import virtual
from tests.support.deck import Stand
from tui.domain.money import Money
from tui.domain.task import Kind, Progress, Tally, Task, TaskError, TaskRef
from tui.store.cache.database import Cache
from tui.store.cache.rows import pack, unpack
from tui.store.cache.sync import CacheSync
from tui.store.deck import Deck
from tui.store.store import Store


def full(id_: str = "t1") -> Task:
    task: Task = make(
        id_, kind=Kind.BATCH, reason="r", project="p", app="a", created_by="u", executed_by="v", tags=("x",),
        created=NOW,
        started=NOW, ended=NOW, changed=NOW, total_time=timedelta(seconds=1.5), queued_time=timedelta(1),
        run_time=timedelta(2), progress=Progress.of(1, 3), counts=Tally(done=1), price=Money("USD", Decimal("0.10")),
        parent=TaskRef("cgc", "p"), key="k", index=3, metadata={"a": "b"}, arguments={"c": "d"}, settings={"e": "f"},
        instance="i", spot=True, region="us", errors=(TaskError("m", "t", "i"),), url="https://x", name="\\u2713 ünï",
    )  # fmt: skip
    return task


@pytest.mark.parametrize("task", [full(), make()])
def test_a_row_holds_the_whole_task(task: Task) -> None:
    """Every fact comes back."""
    assert unpack("cgc", pack(task)) == task


def test_rows_come_back_newest_first_and_all(tmp_path: Path) -> None:
    """The first screen is read by index over the accounts asked for; what is gone is gone."""
    path = tmp_path / "deep" / "cache.db"
    tasks = [make(f"t{n}", created=NOW - timedelta(hours=n)) for n in range(300)]
    with Cache(path) as cache:
        cache.save("cgc", tasks)
        cache.save("cgc", [full("t5")], [tasks[0].ref])
    with Cache(path) as cache:
        assert cache.notice is None
        first = cache.first(3, ["cgc"])
        assert [t.ref.id for t in first] == ["t5", "t1", "t2"]
        assert first[0] == full("t5")
        assert len(list(cache.all("cgc"))) == 299
        assert cache.first(3, ["nobody"]) == ()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with sqlite3.connect(path) as raw:
        (mode,) = raw.execute("PRAGMA journal_mode").fetchone()
        plan = raw.execute(
            "EXPLAIN QUERY PLAN SELECT body FROM task WHERE +account IN ('a') ORDER BY created DESC"
        ).fetchall()
    raw.close()
    assert mode == "delete"
    assert "newest" in str(plan)
    assert "TEMP B-TREE" not in str(plan)


def foreign(path: Path) -> None:
    raw = sqlite3.connect(path)
    raw.execute("CREATE TABLE task (mine TEXT)")
    raw.execute("INSERT INTO task VALUES ('precious')")
    raw.commit()
    raw.close()


def newer(path: Path) -> None:
    Cache(path).close()
    raw = sqlite3.connect(path)
    raw.execute("PRAGMA user_version=99")
    raw.close()


def cut(path: Path) -> None:
    with Cache(path) as cache:
        cache.save("cgc", [make(f"t{n}") for n in range(900)])
    data = path.read_bytes()
    path.write_bytes(data[:100] + b"\xff" * 5000)


@pytest.mark.parametrize("spoil", [lambda p: p.write_bytes(b"garbage" * 999), foreign, newer, cut])
def test_r49_an_unfit_file_is_kept_as_bad_and_said_once(tmp_path: Path, spoil: object) -> None:
    """Garbage, another program's, a newer version's, a damaged one: one notice, one copy, and a new file at once."""
    path = tmp_path / "cache.db"
    spoil(path)  # type: ignore[operator]
    before = path.read_bytes()
    with Cache(path) as cache:
        assert cache.notice is not None
        assert str(tmp_path / "cache.db.bad") in cache.notice
        assert cache.first(9, ["cgc"]) == ()
        cache.save("cgc", [make()])
    assert (tmp_path / "cache.db.bad").read_bytes() == before
    with Cache(path) as cache:
        assert cache.notice is None
        assert len(cache.first(9, ["cgc"])) == 1


def test_r49_what_is_no_file_is_left_alone(tmp_path: Path) -> None:
    """A directory, a FIFO, a place that is none: the program runs without a cache and says why."""
    (tmp_path / "dir").mkdir()
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "file").touch()
    for path in (tmp_path / "dir", tmp_path / "fifo", tmp_path / "file" / "cache.db"):
        with Cache(path) as cache:
            assert "not kept on disk" in (cache.notice or "")
            cache.save("cgc", [make()])
            assert list(cache.all("cgc")) == []
    with Cache(None) as cache:
        assert cache.notice is None


def test_r49_a_locked_file_is_waited_for_briefly(tmp_path: Path) -> None:
    """At the start without it, said once; while writing the reason is told."""
    path = tmp_path / "cache.db"
    with Cache(path) as cache:
        lock = sqlite3.connect(path, isolation_level=None)
        lock.execute("BEGIN EXCLUSIVE")
        with Cache(path) as second:
            assert "locked" in (second.notice or "")
        cache.save("cgc", [make()])
        cache.close()
        assert "cannot be written" in (cache.notice or "")
        lock.execute("COMMIT")
        lock.close()
    with Cache(path) as cache:
        assert cache.notice is None
    assert not (tmp_path / "cache.db.bad").exists()


def test_damaged_rows_cost_themselves(tmp_path: Path) -> None:
    """A row that is no task is passed by."""
    path = tmp_path / "cache.db"
    with Cache(path) as cache:
        cache.save("cgc", [make("good")])
    raw = sqlite3.connect(path, isolation_level=None)
    for number, body in enumerate(["", "[]", "{}", "[" * 99_999, pack(make()).replace("1", "x"), "null"]):
        raw.execute("INSERT INTO task VALUES ('cgc', ?, 0, ?)", (f"bad{number}", body))
    raw.close()
    with Cache(path) as cache:
        assert "good" in [t.ref.id for t in cache.all("cgc")]


def test_r51_two_processes_share_the_file(tmp_path: Path) -> None:
    """Both write at the same time; the file is whole and holds the rows of both."""
    path = tmp_path / "cache.db"
    program = (
        "import sys; from pathlib import Path; from tests.domain.samples import make\n"
        "from tui.store.cache.database import Cache\n"
        "with Cache(Path(sys.argv[1])) as cache:\n"
        "    for n in range(40): cache.save(sys.argv[2], [make(f'{n}-{k}') for k in range(20)])\n"
    )
    writers = [subprocess.Popen([sys.executable, "-c", program, path, name]) for name in ("a", "b")]
    assert [w.wait() for w in writers] == [0, 0]
    raw = sqlite3.connect(path)
    assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    raw.close()
    with Cache(path) as cache:
        assert cache.notice is None
        assert sum(len(list(cache.all(name))) for name in ("a", "b")) >= 800


@virtual
async def test_the_first_frame_comes_from_the_last_run() -> None:
    """Painted before any answer and marked as old; the first whole list replaces it, also what only the cache knew."""
    path = Path(os.environ["XDG_CACHE_HOME"]) / "cache.db"
    async with Stand(cache=Cache(path)).running(60):
        pass
    stand = Stand(tasks=40, cache=Cache(path))
    stand.strike.on("*", "", 503, ...)
    async with stand.running(10):
        feed = stand.feed()
        assert len(feed.tasks) == 60
        assert feed.from_cache
        assert feed.fetched is None
        assert feed.stale(stand.clock.now())
        stand.strike.clear()
        await asyncio.sleep(90)
        assert len(stand.feed().tasks) == 40
        assert not stand.feed().from_cache


@virtual
async def test_nothing_is_opened_before_the_newest_rows_are_painted() -> None:
    """The first rows are there at once; the rest of the cache and the adapters wait for the screen that shows them."""
    path = Path(os.environ["XDG_CACHE_HOME"]) / "cache.db"
    async with Stand(tasks=150, cache=Cache(path)).running(60):
        pass
    stand, painted = Stand(tasks=150, cache=Cache(path)), asyncio.Event()
    stand.deck.show_cached()
    assert len(stand.feed().tasks) == 100
    live = asyncio.ensure_future(stand.deck.run(painted.wait))
    await asyncio.sleep(5)
    assert len(stand.feed().tasks) == 100
    assert not stand.connected
    painted.set()
    await asyncio.sleep(5)
    assert len(stand.feed().tasks) == 150
    assert stand.connected == ["cgc"]
    live.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await live


@virtual
async def test_r49_trouble_with_the_cache_is_said_once_and_harms_nothing() -> None:
    """At the start, and when it comes later."""
    path = Path(os.environ["XDG_CACHE_HOME"]) / "cache.db"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"garbage" * 999)
    async with Stand(cache=Cache(path)).running(60) as stand:
        (problem,) = stand.store.snapshot.problems
        assert ".bad" in problem.what
        assert len(stand.feed().tasks) == 60


async def test_what_changes_while_the_cache_is_painted_is_written(tmp_path: Path) -> None:
    """Only what comes from the cache is not written back."""
    with Cache(tmp_path / "cache.db") as cache:
        cache.save("cgc", [make(f"t{n}") for n in range(2500)])
    store = Store(["cgc"])
    cache_sync = CacheSync(store, Cache(tmp_path / "cache.db"))
    painting = asyncio.ensure_future(cache_sync.paint())
    await asyncio.sleep(0)
    assert not painting.done()
    store.acted(make("mine", name="as it is"))
    await painting
    cache_sync.close()
    with Cache(tmp_path / "cache.db") as cache:
        assert {t.name for t in cache.all("cgc") if t.ref.id == "mine"} == {"as it is"}


def test_a_row_that_cannot_be_written_is_said_and_the_next_one_is_written(tmp_path: Path) -> None:
    """Nobody waits for the writer: what it raises would be lost, and the file stay locked."""
    with Cache(tmp_path / "cache.db") as cache:
        cache.save("cgc", [make("bad", name="\ud800")])
        cache.save("cgc", [make("good")])
        cache._writer.submit(lambda: None).result()
        assert cache.notice is not None
        assert "cannot be written" in cache.notice
        assert [task.ref.id for task in cache.all("cgc")] == ["good"]


def test_u14_names_of_projects_are_kept_and_there_before_the_first_answer(tmp_path: Path) -> None:
    """So that a cached row shows its project by name at once; an older file without names is used as it is."""
    path = tmp_path / "cache.db"
    with Cache(path) as cache:
        assert cache.project_names() == {}
        cache.save("cgc", [make("t1")])
    with Cache(path) as cache:
        assert cache.notice is None
        assert len(list(cache.all("cgc"))) == 1
        cache.save_project_names({"uuid-1": "Default", "uuid-2": "old"})
        cache.save_project_names({"uuid-2": "new"})
    with Cache(path) as cache:
        assert cache.project_names() == {"uuid-1": "Default", "uuid-2": "new"}
        deck = Deck([], cache=cache)
        deck.show_cached()
        assert deck.projects == {"uuid-1": "Default", "uuid-2": "new"}

"""What was seen of tasks outlives the platforms' memory, and never stands in the way (R47-R51)."""

import asyncio
import contextlib
import os
import resource
import signal
import sqlite3
import stat
import subprocess
import sys
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.domain.samples import NOW, make
from tests.support.clocks import virtual
from tests.support.deck import Stand
from tui.domain.money import Money
from tui.domain.status import TaskStatus
from tui.domain.task import Task, TaskRef
from tui.store.history.database import History

HOUR = timedelta(hours=1)


def at(hours: float, status: TaskStatus = TaskStatus.RUNNING, id_: str = "t1", **fields: Any) -> Task:
    """A task as it was fetched so many hours after NOW."""
    task: Task = make(id_, status=status, fetched=NOW + hours * HOUR, **fields)
    return task


def test_each_status_is_kept_with_the_time_seen_and_the_time_claimed(tmp_path: Path) -> None:
    """The same status twice is one event; a new start of the same task is another."""
    path = tmp_path / "deep" / "history.db"
    with History(path) as history:
        history.note([at(0, TaskStatus.QUEUED, created=NOW - HOUR)])
        history.note([at(1, started=NOW + HOUR / 2), at(1, started=NOW + HOUR / 2)])
        history.note([at(2, started=NOW + HOUR / 2)])
        history.note([at(3, TaskStatus.FAILED, started=NOW + HOUR / 2, ended=NOW + 2 * HOUR)])
        history.note([at(4, TaskStatus.FAILED, started=NOW + 3 * HOUR, ended=NOW + 4 * HOUR)])
        found = history.events(TaskRef("cgc", "t1"))
        assert [(e.status.value, e.seen, e.claimed) for e in found] == [
            ("queued", NOW, NOW - HOUR),
            ("running", NOW + HOUR, NOW + HOUR / 2),
            ("failed", NOW + 3 * HOUR, NOW + 2 * HOUR),
            ("failed", NOW + 4 * HOUR, NOW + 4 * HOUR),
        ]
        assert history.statuses("cgc") == {"cgc:t1": TaskStatus.FAILED}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    with contextlib.closing(sqlite3.connect(path)) as raw:
        assert raw.execute("PRAGMA journal_mode").fetchone() == ("delete",)


def test_what_was_fetched_earlier_changes_nothing(tmp_path: Path) -> None:
    """A second instance that writes late does not bring an old status back."""
    with History(tmp_path / "h.db") as history:
        history.note([at(2, TaskStatus.DONE)])
        history.note([at(1)])
        assert [e.status for e in history.events(TaskRef("cgc", "t1"))] == [TaskStatus.DONE]


def test_it_gives_back_what_the_platform_has_forgotten(tmp_path: Path) -> None:
    """The task as it was last seen, with its cost; only what changed since then, only of the accounts asked for."""
    task = at(
        0, TaskStatus.DONE, project="p", app="a", started=NOW - HOUR, ended=NOW, price=Money("USD", Decimal("0.10")),
        reason="Authorization: Bearer pl4nted0secret", parent=TaskRef("cgc", "b"),
    )  # fmt: skip
    with History(tmp_path / "h.db") as history:
        history.note([task, at(-9, id_="old")])
        (found,) = history.tasks(["cgc"], NOW - HOUR)
        assert (found.ref, found.status, found.price, found.ended) == (task.ref, task.status, task.price, task.ended)
        assert (found.project, found.app, found.parent) == ("p", "a", TaskRef("cgc", "b"))
        assert found.fetched == NOW
        assert history.tasks(["lab"], NOW - HOUR) == ()
        assert history.task(TaskRef("cgc", "t1/2")) is None
    assert b"pl4nted0secret" not in (tmp_path / "h.db").read_bytes()


def test_what_is_too_old_goes_and_the_size_is_held(tmp_path: Path) -> None:
    """Retention first, then the oldest until the used pages are under the cap."""
    cap = 400_000
    with History(tmp_path / "h.db", keep=timedelta(days=10), largest=cap) as history:
        history.note([at(-24 * 11, id_="gone"), *(at(-n / 60, id_=f"t{n}", name="x" * 90) for n in range(6000))])
        history.prune(NOW)
        left = history.statuses("cgc")
        assert "cgc:gone" not in left
        assert "cgc:t0" in left
        assert "cgc:t5999" not in left
        assert history.transact(history._used) <= cap
        assert history.notice is None


def test_r49_a_newer_file_is_kept_and_a_new_one_begun(tmp_path: Path) -> None:
    path = tmp_path / "h.db"
    with History(path) as history:
        history.note([at(0)])
    with contextlib.closing(sqlite3.connect(path)) as raw:
        raw.execute("PRAGMA user_version=99")
    with History(path) as history:
        assert history.notice is not None
        assert "newer version" in history.notice
        assert history.statuses("cgc") == {}
        history.note([at(1)])
        assert len(history.statuses("cgc")) == 1
    with contextlib.closing(sqlite3.connect(path.with_name("h.db.bad"))) as raw:
        assert raw.execute("SELECT count(*) FROM event").fetchone() == (1,)


def test_r49_garbage_and_what_is_no_file_harm_nothing(tmp_path: Path) -> None:
    (tmp_path / "garbage.db").write_bytes(b"garbage" * 999)
    os.mkfifo(tmp_path / "fifo.db")
    for name in ("garbage.db", "fifo.db"):
        with History(tmp_path / name) as history:
            assert history.notice is not None
            history.note([at(0)])
            assert len(history.statuses("cgc")) == 1


def test_without_locks_it_runs_without_and_says_so_once(tmp_path: Path) -> None:
    """As on a network home that gives none: another process holds the file for ever."""
    path = tmp_path / "h.db"
    History(path).close()
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with History(path) as history:
            assert history.notice is not None
            assert not history.kept
            said = history.notice
            history.note([at(0)])
            assert history.statuses("cgc") == {"cgc:t1": TaskStatus.RUNNING}
            assert history.notice == said


_WRITER = (
    "import sys; from datetime import timedelta; from pathlib import Path; from tests.domain.samples import NOW, make\n"
    "from tui.store.history.database import History\n"
    "history = History(Path(sys.argv[1]))\n"
    "for n in range(int(sys.argv[3])):\n"
    "    history.note([make(f'{sys.argv[2]}{n}-{k}', fetched=NOW + timedelta(seconds=n)) for k in range(20)])\n"
    "    history.statuses('nobody'); print(n, flush=True)\n"
    "history.close()\n"
)


def _whole(path: Path) -> int:
    """How many tasks the file holds; its pages and its two tables agree."""
    with History(path) as history:
        assert history.notice is None
        count = len(history.statuses("cgc"))
    with contextlib.closing(sqlite3.connect(path)) as raw:
        assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert raw.execute("SELECT count(*) FROM event").fetchone() == (count,)
    return count


def test_a_kill_leaves_a_whole_file(tmp_path: Path) -> None:
    """Each note is there whole or not at all."""
    path = tmp_path / "h.db"
    process = subprocess.Popen([sys.executable, "-c", _WRITER, path, "x", "100000"], stdout=subprocess.PIPE)
    assert process.stdout is not None
    for _ in range(5):
        process.stdout.readline()
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    assert _whole(path) >= 5 * 20
    assert _whole(path) % 20 == 0


def test_r51_two_instances_write_at_once(tmp_path: Path) -> None:
    path = tmp_path / "h.db"
    writers = [
        subprocess.Popen([sys.executable, "-c", _WRITER, path, name, "30"], stdout=subprocess.DEVNULL)
        for name in ("a", "b")
    ]
    assert [w.wait() for w in writers] == [0, 0]
    assert _whole(path) == 2 * 30 * 20


def test_r47_a_full_disk_is_said_once_and_what_was_there_stays(tmp_path: Path) -> None:
    """The file may not grow: what does not fit is missing, what was written before is whole."""
    path = tmp_path / "h.db"
    with History(path) as history:
        history.note([at(0, id_="first")])
        history.statuses("cgc")
        ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size, before[1]))
        try:
            history.note([at(1, id_=f"t{n}", name="x" * 400) for n in range(2000)])
            assert "cgc:first" in history.statuses("cgc")
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
            signal.signal(signal.SIGXFSZ, ignored)
        assert history.notice is not None
        assert "cannot be written" in history.notice
        history.note([at(2, id_="later")])
        assert set(history.statuses("cgc")) == {"cgc:first", "cgc:later"}
    assert _whole(path) == 2


@virtual
async def test_the_store_feeds_it_and_a_purge_on_the_platform_takes_nothing(tmp_path: Path) -> None:
    """Every task of the list, each change of it; what the platform deletes stays known."""
    stand = Stand(tasks=30, active=5, history=History(tmp_path / "h.db"))
    async with stand.running(60):
        stand.api["cgc"].rows["t00000"]["status"] = "COMPLETED"
        await asyncio.sleep(60)
        del stand.api["cgc"].rows["t00000"]
        await asyncio.sleep(1500)
        assert len(stand.feed().tasks) == 29
    with History(tmp_path / "h.db") as history:
        assert len(history.statuses("cgc")) == 30
        events = history.events(TaskRef("cgc", "t00000"))
        assert [e.status for e in events] == [TaskStatus.RUNNING, TaskStatus.DONE]
        assert events[0].seen < events[1].seen
        assert isinstance(events[1].seen, datetime)

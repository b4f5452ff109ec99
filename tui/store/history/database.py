"""`history.db`: each status that was seen of each task, with the time it was seen and the time the platform claims."""

import contextlib
import logging
import sqlite3
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tui.domain.money import Money
from tui.domain.redact import redacted
from tui.domain.status import TaskStatus
from tui.domain.task import Kind, Task, TaskRef
from tui.store.sqlite_file import FileKind, begin, opened

__all__ = ["KEEP", "LARGEST", "Event", "History"]

log = logging.getLogger(__name__)

KEEP = timedelta(days=400)
"""How long what was seen is kept by default."""
LARGEST = 256 * 1024 * 1024
"""Bytes of the file by default; the oldest goes first."""
_CHUNK = 2_000
"""Tasks in one transaction."""
_REASON = 200
"""Characters kept of a reason: the platform's sentence, never a log."""
_STATUSES = tuple(TaskStatus)
_KIND = FileKind(
    subject="the history",
    application=0x74646869,
    version=1,
    shape=(
        "CREATE TABLE task (key INTEGER PRIMARY KEY, account TEXT NOT NULL, id TEXT NOT NULL, status INTEGER,"
        " seen REAL, changed REAL, platform TEXT, kind TEXT, native TEXT, name TEXT, project TEXT, app TEXT,"
        " reason TEXT, created REAL, started REAL, ended REAL, amount TEXT, currency TEXT, parent TEXT,"
        " UNIQUE (account, id));"
        "CREATE INDEX task_changed ON task (changed);"
        "CREATE TABLE event (task INTEGER NOT NULL, seen REAL NOT NULL, status INTEGER NOT NULL, claimed REAL);"
        "CREATE INDEX event_task ON event (task, seen);"
        "CREATE INDEX event_seen ON event (seen);"
        "CREATE TABLE told (key TEXT PRIMARY KEY, at REAL, message TEXT, ways TEXT, lease REAL, tries INTEGER)"
        " WITHOUT ROWID;"
        "CREATE TABLE attempt (ref TEXT, started REAL, PRIMARY KEY (ref, started)) WITHOUT ROWID"
    ),
    clear="",
    check="SELECT t.key, e.seen, o.lease, a.started FROM task t, event e, told o, attempt a LIMIT 1",
)
_NEW = "INSERT OR IGNORE INTO task (account, id) VALUES (:account, :id)"
_EVENT = (
    "INSERT INTO event SELECT key, :seen, :status, :claimed FROM task WHERE account = :account AND id = :id"
    " AND (seen IS NULL OR seen <= :seen) AND (status IS NULL OR status <> :status OR started <> :started)"
)
_LATEST = (
    "UPDATE task SET changed = CASE WHEN status IS :status AND started IS :started THEN changed ELSE :seen END,"
    " status = :status, seen = :seen, platform = :platform, kind = :kind, native = :native, name = :name,"
    " project = :project, app = :app, reason = :reason, created = coalesce(:created, created), started = :started,"
    " ended = :ended, amount = :amount, currency = :currency, parent = :parent"
    " WHERE account = :account AND id = :id AND (seen IS NULL OR seen <= :seen)"
)
_COLUMNS = (
    "account, id, platform, kind, status, native, name, project, app, reason, created, started, ended, amount,"
    " currency, parent, seen"
)


@dataclass(frozen=True, slots=True)
class Event:
    """A task was in this status when it was looked at."""

    status: TaskStatus
    seen: datetime
    """When we saw it."""
    claimed: datetime | None
    """When the status began, as the platform says; None where it does not."""


class History:
    """One SQLite file with a rollback journal, one writer thread. Whatever is wrong with the file, the program runs
    without, and `notice` says so once: a disk that gives no locks (network homes), a full one, a damaged file.

    What is read here is what was seen; nothing of it says that it is so now.
    """

    def __init__(self, path: Path | None, *, keep: timedelta = KEEP, largest: int = LARGEST) -> None:
        """With `path` None it lives in memory, for as long as the program runs."""
        self.notice: str | None = None
        """What is wrong with the history, if anything is."""
        self.kept = path is not None
        """Whether it is on disk."""
        self._keep, self._largest = keep, largest
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="history")
        found = None if path is None else opened(path, _KIND)
        if found is not None and found.notice is not None:
            self._say(found.notice)
        if found is None or found.connection is None:
            self.kept = False
        self._connection: sqlite3.Connection | None = (found and found.connection) or _in_memory()

    def _say(self, notice: str) -> None:
        self.notice = self.notice or notice
        log.warning("%s", notice)

    # -- writing

    def note(self, tasks: Iterable[Task]) -> None:
        """Note these tasks as they were when they were fetched; on the writer thread, returns at once."""
        rows = list(tasks)
        for start in range(0, len(rows), _CHUNK):
            self._submit(self._note, rows[start : start + _CHUNK])

    def prune(self, now: datetime) -> None:
        """Drop what is too old, then the oldest until the file is small enough; on the writer thread."""
        self._submit(self._prune, now)

    def _submit(self, work: Any, *values: Any) -> "Future[Any] | None":
        if self._connection is None:
            return None
        try:
            return self._writer.submit(self._guarded, work, *values)
        except RuntimeError:  # it is being closed
            return None

    def _guarded(self, work: Any, *values: Any) -> Any:
        """One transaction; what goes wrong is said, and leaves the file as it was."""
        connection = self._connection
        if connection is None:
            return None
        try:
            begin(connection)
            result = work(connection, *values)
            connection.execute("COMMIT")
            return result
        except (sqlite3.Error, ValueError, TypeError, OverflowError) as error:
            self._say(f"the history cannot be written: {error}; what is seen from now on may be missing in it")
            with contextlib.suppress(sqlite3.Error):
                connection.execute("ROLLBACK")
            return None

    @staticmethod
    def _note(connection: sqlite3.Connection, tasks: Sequence[Task]) -> None:
        rows = [_row(task) for task in tasks]
        # Each statement over all rows is fastest, and right as long as no task stands among them twice.
        twice = len({(row["account"], row["id"]) for row in rows}) < len(rows)
        for part in [[row] for row in rows] if twice else [rows]:
            for statement in (_NEW, _EVENT, _LATEST):
                connection.executemany(statement, part)

    def _prune(self, connection: sqlite3.Connection, now: datetime) -> None:
        oldest = (now - self._keep).timestamp()
        while True:
            connection.execute("DELETE FROM event WHERE seen < ?", (oldest,))
            connection.execute("DELETE FROM task WHERE seen < ? OR seen IS NULL", (oldest,))
            connection.execute("DELETE FROM told WHERE at < ?", (oldest,))
            connection.execute("DELETE FROM attempt WHERE started < ? AND started > 0", (oldest,))
            if self._used(connection) <= self._largest:
                return
            (events,) = connection.execute("SELECT count(*) FROM event").fetchone()
            later = connection.execute(
                "SELECT seen FROM event ORDER BY seen LIMIT 1 OFFSET ?", (max(events // 5, 1),)
            ).fetchone()
            if later is None or later[0] <= oldest:
                # All of one moment, or no events left: what remains is as small as it gets.
                oldest += 1.0
                if later is None:
                    return
                continue
            oldest = later[0]

    @staticmethod
    def _used(connection: sqlite3.Connection) -> int:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        (free,) = connection.execute("PRAGMA freelist_count").fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
        return int((pages - free) * size)

    # -- reading

    def tasks(self, accounts: Iterable[str], since: datetime) -> tuple[Task, ...]:
        """What was last seen of each task of these accounts that changed since then; children of batches too."""
        names = list(accounts)
        marks = ",".join("?" * len(names))
        # The plus keeps SQLite from walking all rows of the accounts instead of the index over changes.
        rows = self._rows(
            f"SELECT {_COLUMNS} FROM task WHERE +account IN ({marks}) AND (changed >= ?) ORDER BY changed DESC",
            (*names, since.timestamp()),
        )
        return tuple(task for row in rows if (task := _task(row)) is not None)

    def task(self, ref: TaskRef) -> Task | None:
        """What was last seen of a task; None where it never was."""
        rows = self._rows(f"SELECT {_COLUMNS} FROM task WHERE account = ? AND id = ?", (ref.account, _id(ref)))
        return next((task for row in rows if (task := _task(row)) is not None), None)

    def statuses(self, account: str) -> dict[str, TaskStatus]:
        """The last status seen of each task of an account, by `str(ref)`."""
        rows = self._rows("SELECT id, status FROM task WHERE account = ? AND status IS NOT NULL", (account,))
        return {f"{account}:{id_}": _STATUSES[status] for id_, status in rows if 0 <= status < len(_STATUSES)}

    def events(self, ref: TaskRef) -> tuple[Event, ...]:
        """Every status that was seen of a task, oldest first."""
        rows = self._rows(
            "SELECT event.status, event.seen, event.claimed FROM event JOIN task ON task.key = event.task"
            " WHERE account = ? AND id = ? ORDER BY event.seen, event.rowid",
            (ref.account, _id(ref)),
        )
        return tuple(
            Event(_STATUSES[status], _time(seen) or datetime.min.replace(tzinfo=UTC), _time(claimed))
            for status, seen, claimed in rows
            if 0 <= status < len(_STATUSES)
        )

    def _rows(self, query: str, values: tuple[object, ...]) -> list[Any]:
        """All rows; read on the writer's thread, so that what was noted before is among them."""

        connection = self._connection
        if connection is None:
            return []
        try:
            return self._writer.submit(lambda: connection.execute(query, values).fetchall()).result()
        except (sqlite3.Error, RuntimeError) as error:  # RuntimeError: it is being closed
            self._say(f"the history cannot be read: {error}")
            return []

    def transact(self, work: Any, *values: Any) -> Any:
        """Run `work(connection, *values)` as one transaction and wait for it; None where it cannot be done."""
        future = self._submit(work, *values)
        return None if future is None else future.result()

    def close(self) -> None:
        """Write what is waiting, then close."""
        self._writer.shutdown(wait=True)
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _in_memory() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
    connection.executescript(_KIND.shape)
    return connection


def _id(ref: TaskRef) -> str:
    return ref.id if ref.job is None else f"{ref.id}/{ref.job}"


def _stamp(time: datetime | None) -> float | None:
    return None if time is None else time.timestamp()


def _time(stamp: float | None) -> datetime | None:
    try:
        return None if stamp is None else datetime.fromtimestamp(stamp, UTC)
    except (ValueError, OverflowError, OSError, TypeError):
        return None


def _claimed(task: Task) -> datetime | None:
    """When the status began, as the platform says."""
    if task.status.is_final:
        return task.ended
    if task.status in {TaskStatus.RUNNING, TaskStatus.FINISHING}:
        return task.started
    return task.created if task.status in {TaskStatus.DRAFT, TaskStatus.QUEUED} else None


def _row(task: Task) -> dict[str, Any]:
    price = task.price
    return {
        "account": task.ref.account, "id": _id(task.ref), "status": _STATUSES.index(task.status),
        "seen": task.fetched.timestamp(), "claimed": _stamp(_claimed(task)), "platform": task.platform,
        "kind": task.kind.value, "native": task.native_status, "name": task.name, "project": task.project,
        "app": task.app, "reason": None if task.reason is None else redacted(task.reason)[:_REASON],
        "created": _stamp(task.created), "started": _stamp(task.started), "ended": _stamp(task.ended),
        "amount": None if price is None else str(price.amount), "currency": price and price.currency,
        "parent": None if task.parent is None else _id(task.parent),
    }  # fmt: skip


def _task(row: Sequence[Any]) -> Task | None:
    """The task of a row; None where the row is damaged."""
    (
        account, id_, platform, kind, status, native, name, project, app, reason, created, started, ended, amount,
        currency, parent, seen,
    ) = row  # fmt: skip
    try:
        main, _, job = id_.partition("/")
        return Task(
            ref=TaskRef(account, main, job or None), platform=platform, kind=Kind(kind), status=_STATUSES[status],
            native_status=native, name=name, project=project, app=app, reason=reason, created=_time(created),
            started=_time(started), ended=_time(ended),
            price=Money(currency, Decimal(amount)) if amount is not None and currency else None,
            parent=TaskRef(account, parent) if parent else None, fetched=datetime.fromtimestamp(seen, UTC),
        )  # fmt: skip
    except (ValueError, TypeError, IndexError, AttributeError, InvalidOperation, OverflowError, OSError):
        return None

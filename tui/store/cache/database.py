"""The last list on disk, so that the first frame is painted before any network (R49). Disposable in every way."""

import contextlib
import logging
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Self

from tui.domain.task import Task, TaskRef
from tui.store.cache.rows import VERSION, pack, unpack
from tui.store.sqlite_file import FileKind, begin, opened

__all__ = ["Cache"]

log = logging.getLogger(__name__)

_LARGEST = 256 * 1024 * 1024
_DAMAGE = (ValueError, TypeError, KeyError, AttributeError, ArithmeticError, OSError, RecursionError)
"""What reading a row of nonsense can raise."""
_KIND = FileKind(
    subject="the list",
    application=0x7464636B,
    version=VERSION,
    shape=(
        "CREATE TABLE task (account TEXT, id TEXT, created REAL, body TEXT, PRIMARY KEY (account, id)) WITHOUT ROWID;"
        "CREATE INDEX newest ON task (created DESC)"
    ),
    clear="DROP TABLE IF EXISTS task;",
    check="SELECT account, id, created, body FROM task LIMIT 1",
)

_NAMES = "CREATE TABLE IF NOT EXISTS project (id TEXT PRIMARY KEY, name TEXT) WITHOUT ROWID"
"""Made with the first name, so that a file without names need not be begun anew."""


class Cache:
    """One SQLite file with a rollback journal (WAL needs shared memory, which network homes lack); one writer thread.

    Whatever is wrong with the file, the program runs, and `notice` says so once. A file that is damaged, of a newer
    version or not ours is moved to `.bad` and a new one begun.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="cache")
        self._connection: sqlite3.Connection | None = None
        self.notice: str | None = None
        """What is wrong with the cache, if anything is."""
        if path is not None:
            self._open(path)

    def _open(self, path: Path) -> None:
        with contextlib.suppress(OSError):
            if path.is_file() and path.stat().st_size > _LARGEST:
                path.unlink()
        found = opened(path, _KIND)
        self._connection = found.connection
        if found.notice is not None:
            self._say(found.notice)

    def _say(self, notice: str) -> None:
        self.notice = self.notice or notice
        log.warning("%s", notice)

    def first(self, count: int, accounts: Iterable[str]) -> tuple[Task, ...]:
        """The newest rows over these accounts, by index, for the first frame."""
        names = list(accounts)
        marks = ",".join("?" * len(names))
        # The plus keeps SQLite from sorting all rows of the accounts instead of walking the index.
        query = f"SELECT account, body FROM task WHERE +account IN ({marks}) ORDER BY created DESC LIMIT ?"
        return tuple(self._rows(query, (*names, count)))

    def all(self, account: str) -> Iterator[Task]:
        """Every row of an account."""
        return self._rows("SELECT account, body FROM task WHERE account = ?", (account,))

    def beginning(self, prefix: str, accounts: Iterable[str]) -> tuple[TaskRef, ...]:
        """References whose id begins so, in any case; a few are enough to tell that there are several."""
        names = list(accounts)
        if self._connection is None or not names:
            return ()
        marks = ",".join("?" * len(names))
        query = (
            f"SELECT account, id FROM task WHERE account IN ({marks}) AND substr(id, 1, ?) = ? COLLATE NOCASE LIMIT 9"
        )
        try:
            rows = self._connection.execute(query, (*names, len(prefix), prefix)).fetchall()
        except sqlite3.Error as error:
            self._say(f"the list kept on disk cannot be read: {error}")
            return ()
        return tuple(TaskRef(account, id_) for account, id_ in rows)

    def _rows(self, query: str, values: tuple[object, ...]) -> Iterator[Task]:
        if self._connection is None:
            return
        try:
            for account, body in self._connection.execute(query, values):
                with contextlib.suppress(*_DAMAGE):
                    yield unpack(account, body)
        except sqlite3.Error as error:
            self._say(f"the list kept on disk cannot be read: {error}")

    def project_names(self) -> dict[str, str]:
        """The names of projects that tasks know by id only, as they were last told."""
        if self._connection is None:
            return {}
        try:
            known = self._connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'project'").fetchone()
            rows = self._connection.execute("SELECT id, name FROM project").fetchall() if known[0] else []
        except sqlite3.Error as error:
            self._say(f"the list kept on disk cannot be read: {error}")
            return {}
        return {str(id_): str(name) for id_, name in rows}

    def save_project_names(self, names: Mapping[str, str]) -> None:
        """Write them on the writer thread; returns at once."""
        if self._connection is not None:
            self._writer.submit(self._save_names, self._connection, tuple(names.items()))

    def _save_names(self, connection: sqlite3.Connection, names: tuple[tuple[str, str], ...]) -> None:
        try:
            begin(connection)
            connection.execute(_NAMES)
            connection.executemany("INSERT OR REPLACE INTO project VALUES (?, ?)", names)
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            self._say(f"the list kept on disk cannot be written: {error}")
            with contextlib.suppress(sqlite3.Error):
                connection.execute("ROLLBACK")

    def save(self, account: str, tasks: Iterable[Task], gone: Iterable[TaskRef] = ()) -> None:
        """Write these rows and drop those, on the writer thread; returns at once."""
        if self._connection is not None:
            self._writer.submit(self._save, self._connection, account, tuple(tasks), tuple(gone))

    def _save(
        self, connection: sqlite3.Connection, account: str, tasks: tuple[Task, ...], gone: tuple[TaskRef, ...]
    ) -> None:
        try:
            rows = [(account, t.ref.id, t.created.timestamp() if t.created else 0.0, pack(t)) for t in tasks]
            begin(connection)
            connection.executemany("INSERT OR REPLACE INTO task VALUES (?, ?, ?, ?)", rows)
            connection.executemany("DELETE FROM task WHERE account = ? AND id = ?", [(account, r.id) for r in gone])
            connection.execute("COMMIT")
        except (sqlite3.Error, *_DAMAGE) as error:  # nobody waits for this thread: what it raises would be lost
            self._say(f"the list kept on disk cannot be written: {error}")
            with contextlib.suppress(sqlite3.Error):
                connection.execute("ROLLBACK")

    def close(self) -> None:
        """Write what is waiting, then close."""
        connection, self._connection = self._connection, None
        self._writer.shutdown(wait=True)
        if connection is not None:
            connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

"""The last list on disk, so that the first frame is painted before any network (R49). Disposable in every way."""

import contextlib
import logging
import os
import sqlite3
import stat
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Self

from tui.domain.task import Task, TaskRef
from tui.store.pack import VERSION, pack, unpack

__all__ = ["Cache"]

log = logging.getLogger(__name__)

_BUSY_MS = 250
_LARGEST = 256 * 1024 * 1024


class Cache:
    """One SQLite file with a rollback journal (WAL needs shared memory, which network homes lack); one writer thread.

    Whatever is wrong with the file, the program runs without it, and `notice` says so once.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="cache")
        self._connection: sqlite3.Connection | None = None
        self.notice: str | None = None
        """Why there is no cache, if that is so."""
        if path is not None:
            self._open(path)

    def _open(self, path: Path) -> None:
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if path.exists() and not stat.S_ISREG(path.stat().st_mode):
                raise OSError("it is no regular file")
            if path.exists() and path.stat().st_size > _LARGEST:
                path.unlink()
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
            self._connection = self._ready(path)
        except (OSError, sqlite3.Error, ValueError) as error:
            self.notice = f"the list is not kept on disk: {path}: {error}"
            log.warning("%s", self.notice)
            if isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError):
                with contextlib.suppress(OSError):
                    path.replace(path.with_suffix(".bad"))

    def _ready(self, path: Path) -> sqlite3.Connection:
        connection = sqlite3.connect(path, timeout=_BUSY_MS / 1000, check_same_thread=False, isolation_level=None)
        connection.execute(f"PRAGMA busy_timeout={_BUSY_MS}")
        connection.execute("PRAGMA journal_mode=DELETE")
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version > VERSION:
            connection.close()
            raise ValueError("a newer version of taskdeck wrote it")
        if version != VERSION:
            connection.executescript(
                "DROP TABLE IF EXISTS task;"
                "CREATE TABLE task (account TEXT, id TEXT, created REAL, body TEXT, PRIMARY KEY (account, id)) "
                "WITHOUT ROWID;"
                "CREATE INDEX newest ON task (created DESC);"
                f"PRAGMA user_version={VERSION};"
            )
        return connection

    def first(self, count: int, accounts: Iterable[str]) -> tuple[Task, ...]:
        """The newest rows over these accounts, by index, for the first frame."""
        names = list(accounts)
        marks = ",".join("?" * len(names))
        query = f"SELECT account, body FROM task WHERE account IN ({marks}) ORDER BY created DESC LIMIT ?"
        return tuple(self._rows(query, (*names, count)))

    def all(self, account: str) -> Iterator[Task]:
        """Every row of an account."""
        return self._rows("SELECT account, body FROM task WHERE account = ?", (account,))

    def _rows(self, query: str, values: tuple[object, ...]) -> Iterator[Task]:
        if self._connection is None:
            return
        try:
            for account, body in self._connection.execute(query, values):
                with contextlib.suppress(ValueError, TypeError, KeyError):
                    yield unpack(account, body)
        except sqlite3.Error as error:
            log.warning("the cache cannot be read: %s", error)

    def save(self, account: str, tasks: Iterable[Task], gone: Iterable[TaskRef] = ()) -> None:
        """Write these rows and drop those, on the writer thread; returns at once."""
        if self._connection is not None:
            self._writer.submit(self._save, account, tuple(tasks), tuple(gone))

    def _save(self, account: str, tasks: tuple[Task, ...], gone: tuple[TaskRef, ...]) -> None:
        connection = self._connection
        if connection is None:
            return
        rows = [(account, t.ref.id, t.created.timestamp() if t.created else 0.0, pack(t)) for t in tasks]
        try:
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany("INSERT OR REPLACE INTO task VALUES (?, ?, ?, ?)", rows)
            connection.executemany("DELETE FROM task WHERE account = ? AND id = ?", [(account, r.id) for r in gone])
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            log.warning("the cache cannot be written: %s", error)
            with contextlib.suppress(sqlite3.Error):
                connection.execute("ROLLBACK")

    def close(self) -> None:
        """Write what is waiting, then close."""
        self._writer.shutdown(wait=True)
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

"""SQLite files of our own: opened privately, checked, shaped; what is unfit is kept as `.bad` (R49)."""

import contextlib
import os
import sqlite3
import stat
import time
from dataclasses import dataclass
from pathlib import Path

from tui.settings.files import own_directory

__all__ = ["FileKind", "Opened", "begin", "opened"]

_BUSY_MS = 250
_TRIES = 20
"""Times a writer waits so long for another instance."""
_OPENINGS = 4
"""Times it is opened while another instance writes; a screen waits for it."""


class _Unfit(Exception):
    """The file is not one we can use, and why."""


@dataclass(frozen=True, slots=True)
class FileKind:
    """What one kind of file holds."""

    subject: str
    """What it keeps, as a sentence begins: `the list`."""
    application: int
    """SQLite's application id."""
    version: int
    """Of the shape. A file of a newer version is never written."""
    shape: str
    """SQL that makes the tables of an empty file."""
    clear: str
    """SQL that drops the tables of an older version."""
    check: str
    """A query that fails where the shape is another."""


@dataclass(frozen=True, slots=True)
class Opened:
    """An open connection, or none; and what is wrong, if anything is."""

    connection: sqlite3.Connection | None
    notice: str | None = None


def opened(path: Path, kind: FileKind) -> Opened:
    """Open the file, making it where it is missing; never raises.

    What is damaged, newer or not ours is moved to `.bad` and a new one begun. The connection may be used by any thread,
    by one at a time.
    """
    try:
        own_directory(path.parent)
        return Opened(_patiently(path, kind))
    except _Unfit as error:
        return _anew(path, kind, str(error))
    except (OSError, sqlite3.Error) as error:
        return Opened(None, f"{kind.subject} is not kept on disk: {path}: {error}")


def _patiently(path: Path, kind: FileKind) -> sqlite3.Connection:
    """`_ready`, again where another instance writes at this moment."""
    for _ in range(_OPENINGS - 1):
        try:
            return _ready(path, kind)
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                raise
    return _ready(path, kind)


def _anew(path: Path, kind: FileKind, why: str) -> Opened:
    kept = path.with_name(f"{path.name}.bad")
    try:
        path.replace(kept)
        return Opened(_ready(path, kind), f"{kind.subject} kept on disk was not used: {why}; it is now {kept}")
    except (OSError, sqlite3.Error, _Unfit) as error:
        return Opened(None, f"{kind.subject} is not kept on disk: {path}: {why}; {error}")


def begin(connection: sqlite3.Connection) -> None:
    """Start writing; another instance may be at it for a moment.

    Raises:
        sqlite3.OperationalError: It was for seconds, or the disk gives no lock.
    """
    for tried in range(1, _TRIES + 1):
        try:
            connection.execute("BEGIN IMMEDIATE")
            return
        except sqlite3.OperationalError:
            if tried == _TRIES:
                raise
            time.sleep(0.01)


def _ready(path: Path, kind: FileKind) -> sqlite3.Connection:
    """An open connection to a file of our shape; a new or older one gets it.

    Raises:
        _Unfit: It is somebody else's, newer, damaged.
        OSError, sqlite3.Error: It cannot be used now.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NONBLOCK, 0o600)
    try:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):
            raise OSError("it is not a regular file")
        os.fchmod(handle, 0o600)
    finally:
        os.close(handle)
    connection = sqlite3.connect(path, timeout=_BUSY_MS / 1000, check_same_thread=False, isolation_level=None)
    try:
        _shape(connection, kind)
    except BaseException as error:
        connection.close()
        if isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError):
            raise _Unfit(str(error)) from None
        raise
    return connection


def _shape(connection: sqlite3.Connection, kind: FileKind) -> None:
    # A rollback journal: WAL needs shared memory, which network homes lack.
    connection.execute("PRAGMA journal_mode=DELETE")
    (owner,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if owner != kind.application and (owner or version or tables):
        raise _Unfit("another program wrote it")
    if version > kind.version:
        raise _Unfit("a newer version of taskdeck wrote it")
    if version != kind.version:
        begin(connection)
        try:
            (now,) = connection.execute("PRAGMA user_version").fetchone()
            if now != kind.version:  # another instance may have been faster
                for statement in f"{kind.clear}{kind.shape}".split(";"):
                    connection.execute(statement)
                connection.execute(f"PRAGMA application_id={kind.application}")
                connection.execute(f"PRAGMA user_version={kind.version}")
            connection.execute("COMMIT")
        except BaseException:
            with contextlib.suppress(sqlite3.Error):
                connection.execute("ROLLBACK")
            raise
    connection.execute(kind.check).fetchone()

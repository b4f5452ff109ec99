"""What is to be told, on disk: told once by however many programs, and kept until it has gone out."""

import json
import sqlite3
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from tui.domain.task import Task
from tui.store.history.database import History

__all__ = ["Due", "Make", "Outbox"]

Make = Callable[[list[str]], Iterable[tuple[str, str, Collection[str]]]]
"""From groups to messages: the group it is kept under, the message as JSON, the ways it has to go."""
_LEASE = 90.0
"""Seconds in which the one who took a message has to send it, before another may."""
_FIRST, _LONGEST = 5.0, 600.0
"""Seconds before the second try, and at most between two."""
_GIVE_UP = 24 * 3600.0
"""Seconds after which a message is not tried any more."""


@dataclass(frozen=True, slots=True)
class Due:
    """A message that waits to go out."""

    key: str
    message: str
    """As JSON."""
    ways: tuple[str, ...]
    """Those that it has not gone yet."""
    tries: int


class Outbox:
    """Messages in the history's file: the interface and `watch`, and any number of both, share it."""

    def __init__(self, history: History) -> None:
        self._history = history

    def claim(
        self, groups: Mapping[str, Sequence[Task]], make: Make, now: datetime, *, not_before: datetime | None = None
    ) -> tuple[str, ...]:
        """The groups that nobody has told of yet in this attempt; their messages wait to go out.

        Args:
            groups: By what makes it one message (the task, or the batch and the reason), the tasks that it is about;
                that one of them ran again makes a new attempt.
            make: The messages for those that are ours to tell. Called inside the transaction: a program that is killed
                has either told or not claimed.
            now: The moment.
            not_before: When quiet hours end.
        """
        runs = {
            group: [(str(task.ref), task.started.timestamp() if task.started else 0.0) for task in members]
            for group, members in groups.items()
        }
        lease = (not_before or now).timestamp()
        won: Sequence[str] | None = self._history.transact(_claim, runs, make, now.timestamp(), lease)
        return tuple(won or ())

    def due(self, now: datetime, ways: Collection[str]) -> tuple[Due, ...]:
        """Messages that may go out now; taken for a while, so that nobody else sends them meanwhile."""
        found: Sequence[Due] | None = self._history.transact(_take, now.timestamp(), frozenset(ways))
        return tuple(found or ())

    def sent(self, key: str, way: str) -> None:
        """It went this way."""
        self._history.transact(_sent, key, way)

    def failed(self, due: Due, now: datetime) -> bool:
        """It did not go; whether it is tried again."""
        return bool(self._history.transact(_failed, due.key, now.timestamp()))


def _claim(
    connection: sqlite3.Connection, groups: Mapping[str, Sequence[tuple[str, float]]], make: Make, now: float,
    lease: float,
) -> list[str]:  # fmt: skip
    keys = {}
    for group, runs in groups.items():
        connection.executemany("INSERT OR IGNORE INTO attempt VALUES (?, ?)", runs)
        attempt = 1
        for ref, _ in runs:
            (count,) = connection.execute("SELECT count(*) FROM attempt WHERE ref = ?", (ref,)).fetchone()
            attempt = max(attempt, count)
        key = f"{group} #{attempt}"
        done = connection.execute("INSERT OR IGNORE INTO told VALUES (?, ?, NULL, '[]', ?, 0)", (key, now, lease))
        if done.rowcount == 1:
            keys[group] = key
    for group, message, ways in make(list(keys)) if keys else ():
        values = (message, json.dumps(sorted(ways)), keys[group])
        connection.execute("UPDATE told SET message = ?, ways = ? WHERE key = ?", values)
    return list(keys)


def _take(connection: sqlite3.Connection, now: float, ways: frozenset[str]) -> list[Due]:
    rows = connection.execute(
        "SELECT key, message, ways, tries FROM told WHERE ways <> '[]' AND lease <= ? ORDER BY at", (now,)
    ).fetchall()
    taken = []
    for key, message, left, tries in rows:
        mine = tuple(way for way in json.loads(left) if way in ways)
        if mine:
            connection.execute("UPDATE told SET lease = ? WHERE key = ?", (now + _LEASE, key))
            taken.append(Due(key, message, mine, tries))
    return taken


def _sent(connection: sqlite3.Connection, key: str, way: str) -> None:
    row = connection.execute("SELECT ways FROM told WHERE key = ?", (key,)).fetchone()
    if row is not None:
        left = [other for other in json.loads(row[0]) if other != way]
        # What has gone out needs no text any more, only its key.
        connection.execute(
            "UPDATE told SET ways = ?, message = CASE WHEN ? THEN message END WHERE key = ?",
            (json.dumps(left), bool(left), key),
        )


def _failed(connection: sqlite3.Connection, key: str, now: float) -> bool:
    row = connection.execute("SELECT at, tries FROM told WHERE key = ?", (key,)).fetchone()
    if row is None:
        return False
    at, tries = row
    if now - at > _GIVE_UP:
        connection.execute("UPDATE told SET ways = '[]', message = NULL WHERE key = ?", (key,))
        return False
    wait = min(_FIRST * 2**tries, _LONGEST)
    connection.execute("UPDATE told SET lease = ?, tries = tries + 1 WHERE key = ?", (now + wait, key))
    return True

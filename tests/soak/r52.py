"""R52: random keys against a faulty sandbox whose names are hostile."""

import asyncio
import json
import os
import random
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import cycle
from pathlib import Path
from typing import Any
from unittest.mock import patch

from textual import events

from tests.support.app import Table, table
from tui.ui.screens.confirm import ConfirmScreen

__all__ = ["TITLE", "soak"]

TITLE = "10,000 random sequences of 20 keys on hostile names and faults: no crash, no dead focus, no unconfirmed call"
SEQUENCES, LENGTH = 10_000, 20
_TOGETHER = 25
"""Sequences that one start of the program gets, as long as it is not left."""
_FAULTS = "*:503@0.08,*:429@0.03,*:badjson@0.05,*:cut@0.03,*:empty@0.03,*:reset@0.03,*:403@0.02"
_NAMES = (
    "[/]", "[@click=app.quit]free[/]", "[$x] \\[", "\x1b]0;owned\x07\x1b[2J", "\u202egnp.exe",
    "a\x00b\u200d\u0301\u0301\u0301", "漢字かな🧬", "[red", "${HOME} `id`", "x" * 600, "", "' OR 1=1 --", "\n\n\tname",
)  # fmt: skip
_KEYS = (
    *"jkgGhlxraydbEeDmMvVnNsStTwWfFoOpPRAcCuU:/?!@.,;<>[]{}0123456789",
    "up", "down", "left", "right", "home", "end", "pageup", "pagedown", "enter", "enter", "escape", "escape", "tab",
    "shift+tab", "space", "backspace", "delete", "ctrl+p", "ctrl+d", "ctrl+u", "ctrl+l", "ctrl+a", "ctrl+z", "f1", "q",
)  # fmt: skip
_PRINTED = {
    ":": "colon", "/": "slash", "?": "question_mark", "!": "exclamation_mark", "@": "at", ".": "full_stop",
    ",": "comma", ";": "semicolon", "<": "less_than_sign", ">": "greater_than_sign", "[": "left_square_bracket",
    "]": "right_square_bracket", "{": "left_curly_bracket", "}": "right_curly_bracket", "space": "space",
}  # fmt: skip


class _Hostile:
    """The sandbox behind somebody who renames everything."""

    def __init__(self, app: Any) -> None:
        self._app = app
        self._names = cycle(_NAMES)

    def _renamed(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._renamed(item) for item in value]
        if isinstance(value, dict):
            return {
                key: next(self._names) if key == "name" and isinstance(item, str) else self._renamed(item)
                for key, item in value.items()
            }
        return value

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        begun: list[Any] = []

        async def changed(message: Any) -> None:
            if message["type"] == "http.response.start":
                begun.append(message)
                return
            with suppress(ValueError):  # spoiled already
                message = {**message, "body": json.dumps(self._renamed(json.loads(message["body"]))).encode()}
            if begun:
                start = begun.pop()
                start["headers"] = [h for h in start["headers"] if h[0].lower() != b"content-length"]
                await send(start)
            await send(message)

        await self._app(scope, receive, changed)


def _key(name: str) -> events.Key:
    plain = len(name) == 1
    return events.Key(_PRINTED.get(name, name), name if plain else " " if name == "space" else None)


async def _sequence(at: Table, keys: list[str]) -> bool:
    """Type one sequence; False when it left the program."""
    app = at.app
    for key in keys:
        app.post_message(_key(key))
    for _ in range(3):
        await at.pilot.pause()
        await asyncio.sleep(0)
    if not app.is_running or app.return_code is not None:
        return False
    _check(at)
    return True


def _check(at: Table) -> None:
    app = at.app
    assert app.fault is None, f"it crashed: {app.fault!r}"
    screen, focused = app.screen, app.focused
    assert focused is None or (focused.screen is screen and focused.display and focused.is_attached), "dead focus"
    can = [w for w in screen.focus_chain if not w.disabled]
    assert focused is not None or not can, f"nothing has the focus on {type(screen).__name__}"


async def _run(sequences: int, rng: random.Random) -> tuple[int, int]:
    """So many sequences at most, until the program is left: how many there were, and the calls it made."""
    confirmed: list[int] = []
    dismiss = ConfirmScreen.dismiss

    def noted(dialog: ConfirmScreen, result: Any = None) -> Any:
        if result is not None:
            confirmed.append(len(result.targets))
        return dismiss(dialog, result)

    typed: list[str] = []
    with patch.object(ConfirmScreen, "dismiss", noted):
        async with table(tasks=60, size=(100, 30), faults=_FAULTS, around=_Hostile, loaded=False) as at:
            done = 0
            try:
                while done < sequences:
                    done += 1
                    typed = [rng.choice(_KEYS) for _ in range(LENGTH)]
                    at.sandbox.clock.advance(rng.choice((0.0, 0.4, 5.0, 60.0)))
                    if not await _sequence(at, typed):
                        break
                assert at.app.fault is None, f"it crashed: {at.app.fault!r}"
            except AssertionError as error:
                raise AssertionError(f"after {' '.join(typed)}: {error}") from error
            calls = len(at.sandbox.ledger.rows)
            assert calls <= sum(confirmed), f"{calls} calls, {sum(confirmed)} confirmed targets; {' '.join(typed)}"
    return done, calls


@contextmanager
def _nowhere() -> Iterator[None]:
    """What the program writes or starts goes nowhere."""
    with tempfile.TemporaryDirectory() as place:
        kept = Path.cwd()
        named = dict.fromkeys(("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"), place)
        with patch.dict(os.environ, {**named, "PAGER": "true", "EDITOR": "true", "BROWSER": "true"}):
            os.chdir(place)
            try:
                yield
            finally:
                os.chdir(kept)


def soak(scale: float, seed: int) -> str:
    """Type so many of the sequences.

    Raises:
        AssertionError: With the keys that did it.
    """
    rng, done, calls, starts = random.Random(seed), 0, 0, 0
    with _nowhere():
        while done < SEQUENCES * scale:
            more, sent = asyncio.run(_run(_TOGETHER, random.Random(rng.random())))
            done, calls, starts = done + more, calls + sent, starts + 1
    return f"{done:,} sequences in {starts} starts, {calls} calls, all of them confirmed"

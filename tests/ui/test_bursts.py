"""Keys in bursts on a terminal: held down, doubled, pasted, typed ahead. The ledger of the sandbox judges (R38)."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.interface import ROOT, Seen, interface
from tests.support.ledger_demo import COMMAND, LEDGER
from tests.support.terminal import Terminal
from tests.support.waiting import PATIENCE

SIZE = (110, 40)
ARMED = 0.4
"""Seconds after which a yes counts, and some more."""


class Hand:
    """Somebody at a terminal, and what the platform has executed."""

    def __init__(self, terminal: Terminal, place: Path) -> None:
        self.terminal = terminal
        self.seen = Seen(terminal, SIZE)
        self._place = place

    @property
    def ledger(self) -> list[Any]:
        path = self._place / LEDGER
        return json.loads(path.read_text()) if path.exists() else []

    def executed(self, number: int) -> None:
        """Wait until so many calls were, and a little longer for one too many."""
        deadline = time.monotonic() + PATIENCE
        while len(self.ledger) < number and time.monotonic() < deadline:
            self.terminal.settle(0.02)
        self.terminal.settle(0.2)
        assert len(self.ledger) == number, self.ledger

    def back(self) -> None:
        """To the list, whatever is open."""
        for _ in range(9):
            if "━ TASKS ━" in self.seen.text and "╭" not in self.seen.text:
                return
            self.terminal.press("\x1b")
        raise AssertionError(self.seen.text)

    def dialog(self, keys: str) -> str:
        """Open it by keys and let it stand; what it shows."""
        self.terminal.send(keys)
        self.seen.until("c copy ids")
        self.terminal.settle(ARMED)
        return self.seen.text


@pytest.fixture
def hand(home: Path, tmp_path: Path) -> Iterator[Hand]:
    """At a list of our own running tasks."""
    words = (*COMMAND, "status:running", "platform:sevenbridges", "mine")
    with interface(words, size=SIZE, cwd=str(tmp_path), PYTHONPATH=ROOT) as terminal:
        at = Hand(terminal, tmp_path)
        at.seen.until(" RUNNING ")
        terminal.settle(0.1)
        terminal.press("g")
        yield at
        at.back()
        assert b"an internal error" not in terminal.output


def test_r38_r39_bursts_confirm_nothing_and_a_yes_held_down_is_sent_once(hand: Hand) -> None:
    """Enter held down, the keys of an action with enters or yeses behind them, and a paste into the dialog change
    nothing; `y` held down over the dialog that has stood sends one call, for the task of the dialog."""
    for burst in ("\r" * 40, "xa" + "\r" * 12, "xxaayyyy\r", "xa\ty\r"):
        hand.terminal.send(burst)
        hand.terminal.settle(ARMED)
        hand.back()
        assert hand.ledger == [], f"{burst!r} changed something"
    shown = hand.dialog("xa")
    assert "Abort 1 task?" in shown
    hand.terminal.press("\x1b[200~y\ry\r\x1b[201~")
    hand.terminal.press("\r")  # on Cancel
    hand.back()
    assert hand.ledger == []
    shown = hand.dialog("xa")
    hand.terminal.send("y" * 30)
    hand.executed(1)
    assert [row["verb"] for row in hand.ledger] == ["abort"]
    assert hand.ledger[0]["id"] in shown


def test_r36_r38_many_need_their_number_and_exactly_those_of_the_dialog_are_sent(hand: Hand) -> None:
    """Six marked: yes, enter and a paste send nothing, a wrong number neither; the right one aborts the six."""
    hand.terminal.press("".join(" j" for _ in range(6)))
    shown = hand.dialog("X")
    assert "Abort 6 tasks on" in shown
    for keys in ("yyy\r", "\x1b[200~6\r6\r\x1b[201~", "6\r"):
        hand.terminal.press(keys)
        hand.terminal.settle(0.1)
        assert "Abort 6 tasks on" in hand.seen.text, f"{keys!r} closed the dialog"
        assert hand.ledger == [], f"{keys!r} sent something"
    hand.terminal.press("\x7f\x7f\x7f6\r\r\r\r")
    hand.executed(6)
    assert [row["verb"] for row in hand.ledger] == ["abort"] * 6
    assert len({row["id"] for row in hand.ledger}) == 6
    assert all(row["id"][:8] in shown for row in hand.ledger)

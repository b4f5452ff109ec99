"""Homes that cannot be written, are full, or hold garbage: the interface starts, says so once, and works (R47, R49)."""

import re
from pathlib import Path

import pytest

from tests.support.interface import ROOT, Seen, afterwards, interface
from tests.support.ledger_demo import COMMAND, FULL
from tui.store.actions.journal import Journal

SIZE = (110, 40)
NOWHERE = {f"XDG_{kind}_HOME": f"/proc/nowhere/{kind}" for kind in ("DATA", "CACHE", "STATE")}
GARBAGE = {"cache/taskdeck/tasks.db": b"garbage" * 999, "data/taskdeck/journal": b"\xff\x00garbage\n{\n[1]\nhalf"}


def problems(seen: Seen) -> str:
    """What the screen of problems says, in one line."""
    return " ".join(re.sub(r"^[^│]*│|│[^│]*$", " ", line) for line in seen.text.splitlines() if "│" in line)


@pytest.mark.parametrize(
    ("environment", "before", "after"),
    [
        pytest.param(NOWHERE, ["the list is not kept on disk"], ["journal cannot be written"], id="missing"),
        pytest.param({FULL: "1"}, ["the list is not kept on disk"], ["journal cannot be written"], id="full"),
        pytest.param({}, ["the list kept on disk was not used"], [], id="corrupt"),
    ],
)
def test_r47_it_starts_says_so_once_and_works(
    environment: dict[str, str], before: list[str], after: list[str], home: Path, tmp_path: Path
) -> None:
    """What cannot be kept is said among the problems, once, with the reason; list, abort and leaving work; nothing is
    written behind the last screen, and no file that was there loses a byte."""
    if not environment:
        for name, data in GARBAGE.items():
            (home / name).parent.mkdir(parents=True)
            (home / name).write_bytes(data)
    words = (*COMMAND, "status:running", "platform:sevenbridges", "mine")
    with interface(words, size=SIZE, cwd=str(tmp_path), PYTHONPATH=ROOT, **environment) as terminal:
        seen = Seen(terminal, SIZE)
        seen.until(" RUNNING ")
        terminal.settle(0.1)
        seen.do("!", "others ")
        assert all(problems(seen).count(said) == 1 for said in before)
        assert f"problems ({len(before)})" in seen.text
        terminal.press("\x1b")
        seen.do("gxa", "esc cancel")
        terminal.settle(0.4)
        seen.do("y", "1 done")
        seen.do("!", "others ")
        assert all(problems(seen).count(said) == 1 for said in (*before, *after))
        assert f"problems ({len(before) + len(after)})" in seen.text
        terminal.press("\x1b")
        terminal.send("q")
        assert terminal.wait() == 0
        assert afterwards(terminal.output) == ""
    if not environment:
        assert (home / "cache/taskdeck/tasks.db.bad").read_bytes() == GARBAGE["cache/taskdeck/tasks.db"]
        journal = home / "data/taskdeck/journal"
        assert journal.read_bytes().startswith(GARBAGE["data/taskdeck/journal"])
        assert [str(entry.outcome) for entry in Journal(journal).entries()] == ["done"]

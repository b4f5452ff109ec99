"""A whole session with a token that is searched for in everything the program wrote (R8)."""

import base64
import re
from pathlib import Path

import pytest

from tests.support.interface import Seen, interface
from tests.support.token_demo import COMMAND, TOKEN_FILE
from tests.support.tripwire import Tripwire

SIZE = (110, 30)
PAGER = """#!/bin/sh
{ env; tr '\\0' ' ' < /proc/$PPID/cmdline; tr '\\0' ' ' < /proc/$PPID/environ; echo "$@"; cat "$1"; } > pager.txt
"""


def test_r8_a_whole_session_gives_no_byte_of_a_token_away(
    tripwire: Tripwire, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It lists, opens, reads a log, copies a call, aborts, saves, fails with answers that quote the token, shows its
    own log in a pager, and crashes: the token is in no byte on the terminal, in no file but its own, and in neither
    the words nor the environment of the program and of what it starts."""
    monkeypatch.chdir(tmp_path)
    pager = tmp_path / "pager"
    pager.write_text(PAGER)
    pager.chmod(0o700)
    tripwire.allowed.add(home / "config/taskdeck" / TOKEN_FILE)
    root = str(Path(__file__).parents[2])
    with interface(
        (*COMMAND, "status:failed", "platform:sevenbridges", "kind:task"),
        size=SIZE, cwd=str(tmp_path), PYTHONPATH=root, PAGER=str(pager), TASKDECK_CLIPBOARD="osc52",
    ) as terminal:  # fmt: skip
        seen = Seen(terminal, SIZE)
        seen.until(" FAILED ")
        terminal.settle(0.1)
        seen.do("g\r", "next: ")
        seen.do("l", "lines ")
        terminal.press("\x1b")
        terminal.press("\x1b")
        seen.until("━ TASKS ━")
        seen.do("y", "curl")
        seen.do("h", "OSC 52")
        seen.do(":save rows.json\r", "rows in")
        seen.do(":tasks status:running platform:sevenbridges mine\r", " RUNNING ")
        seen.do("gxa", "Abort 1")
        terminal.settle(0.35)
        seen.do("y", "abort 1 of 1: 1 done")
        Path("trouble").touch()
        seen.do("r", "DOWN")
        seen.do("!", "no *** here, nor ***")
        terminal.send("\r")
        seen.until("problems")
        terminal.press("\x1b")
        terminal.send("\x0c")
        assert terminal.wait() == 70
        output = terminal.output
    written = {path.name for path in (*home.rglob("*"), *tmp_path.rglob("*")) if path.is_file()}
    assert {"taskdeck.log", "tasks.db", "journal", "rows.json", "pager.txt"} <= written
    assert any(name.startswith("fault-") for name in written)
    assert str(home) in Path("pager.txt").read_text(), "the environment was looked at"
    copied = [base64.b64decode(text) for text in re.findall(rb"\x1b\]52;c;([A-Za-z0-9+/=]*)", output)]
    assert any(b"curl" in text for text in copied)
    plain = re.sub(rb"\x1b\[[0-9;?]*[A-Za-z]", b"", output)
    assert not any(tripwire.found(text) for text in (output, plain, *copied))

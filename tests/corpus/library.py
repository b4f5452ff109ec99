"""The recorded logs: one file a cause, its runs one after the other."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

from tests.corpus.cause import Cause

__all__ = ["PLACE", "Log", "held_out", "read_all", "write"]

PLACE = Path(__file__).with_name("logs")
_HEAD = re.compile(r"^### run (\d+): exit (\d+)\n", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Log:
    """One run."""

    cause: str
    run: int
    exit_code: int
    text: str


def held_out(cause: str) -> bool:
    """Whether the cause is of the half that no rule was made for; the name's checksum decides, so nobody chooses."""
    return crc32(cause.encode()) % 2 == 1


def write(cause: Cause, runs: Sequence[tuple[int, str]], versions: str) -> None:
    """Record the runs of a cause."""
    parts = [f"### run {number}: exit {code}\n{text.rstrip(chr(10))}\n" for number, (code, text) in enumerate(runs)]
    folder = PLACE / cause.family
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{cause.key}.log").write_bytes((f"### made with {versions or 'the shell'}\n" + "".join(parts)).encode())


def read_all() -> list[Log]:
    """Every recorded run."""
    logs = []
    for path in sorted(PLACE.glob("*/*.log")):
        _, *parts = _HEAD.split(path.read_bytes().decode())
        for number, code, text in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
            logs.append(Log(path.stem, int(number), int(code), text))
    return logs

"""The recorded logs: one file a cause, its runs one after the other."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

from tests.corpus.cause import Cause

__all__ = ["PLACE", "Log", "held_out", "one_cause", "read_all", "write"]

PLACE = Path(__file__).with_name("logs")
_BUILT_WITH = frozenset({"programs", "healthy", "well"})
_HEAD = re.compile(r"^### run (\d+): exit (\d+)\n", re.MULTILINE)


_SAME = {
    name: names.split()[0]
    for names in Path(__file__).with_name("same.txt").read_text("utf-8").splitlines()
    if not names.startswith("#")
    for name in names.split()
}


def one_cause(name: str) -> str:
    """The cause that a recipe stands for: several may make a program say the same thing."""
    return _SAME.get(name, name)


@dataclass(frozen=True, slots=True)
class Log:
    """One run."""

    cause: str
    run: int
    exit_code: int
    text: str
    family: str = "programs"
    reason: str = ""
    """What the platform says of it; empty for nothing."""


def held_out(log: Log) -> bool:
    """Whether the log is of the half that no rule was made for; the name's checksum decides, so nobody chooses. The
    families `programs`, `healthy` and `well` were read line by line, `fine` never was."""
    return log.family == "fine" or (log.family not in _BUILT_WITH and crc32(log.cause.encode()) % 2 == 1)


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
            logs.append(Log(path.stem, int(number), int(code), text, path.parent.name))
    return logs

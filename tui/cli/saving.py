"""Many remote files into one folder: names that do not clash, room looked at first, one line a file."""

import asyncio
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tui.cli.exit_codes import Exit, exit_of, words_of, worst
from tui.cli.output import say, write_json
from tui.cli.progress import clear, progress
from tui.domain.errors import TuiError, UsageError
from tui.domain.text import plain
from tui.store.download import Fetched, Read, Saved, part_of, safe_name, save

__all__ = ["Wanted", "bytes_text", "save_all"]

_AT_ONCE = 4
"""Files read at the same time."""
_CODES = {Fetched.KEPT: Exit.REFUSED, Fetched.FAILED: Exit.DOWN}


@dataclass(slots=True)
class Wanted:
    """One remote file."""

    folder: str
    """The folder in the folder, by the platform's name of it; empty for none."""
    name: str
    """The platform's name of the file."""
    key: str
    """What it is, whatever its name."""
    size: int | None
    read: Read
    path: Path = field(default_factory=Path)
    """Where it goes; set by `save_all`."""


def bytes_text(count: int) -> str:
    """`1.4 GB`."""
    size = float(count)
    for unit in ("B", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:.0f} B" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:,.1f} TB"


async def save_all(files: Sequence[Wanted], target: Path, *, replace: bool, as_json: bool = False) -> Exit:
    """Write them below `target`, a line `OUTCOME BYTES PATH` each; the worst that happened.

    Raises:
        UsageError: The folder cannot be made, or has no room for what is said to come.
    """
    _placed(files, target)
    _check_room(files, target, replace=replace)
    ended: list[Saved] = []
    came, limit = [0], asyncio.Semaphore(_AT_ONCE)
    total = sum(file.size or 0 for file in files)
    codes: list[Exit] = []

    def told(count: int) -> None:
        came[0] += count

    def standing() -> str:
        of = f" of {bytes_text(total)}" if total else ""
        return f"{len(ended):,} of {len(files):,} files, {bytes_text(came[0])}{of}"

    async def one(file: Wanted) -> None:
        async with limit:
            try:
                file.path.parent.mkdir(parents=True, exist_ok=True)
                saved = await save(file.path, file.key, file.size, file.read, replace=replace, told=told)
                codes.append(_CODES.get(saved.outcome, Exit.FINE))
            except TuiError as error:
                saved = Saved(file.path, Fetched.FAILED, 0, words_of(error))
                codes.append(exit_of(error))
            except OSError as error:
                saved = Saved(file.path, Fetched.FAILED, 0, f"cannot be written: {error.strerror or error}")
                codes.append(Exit.USAGE)
        ended.append(saved)
        _tell(saved, as_json=as_json)

    async with progress(standing), asyncio.TaskGroup() as group:
        for file in files:
            group.create_task(one(file))
    if as_json:
        places = {file.path: number for number, file in enumerate(files)}
        rows = sorted(ended, key=lambda saved: places[saved.path])
        write_json(
            [
                {"path": str(s.path), "outcome": s.outcome.value, "size": s.size, "message": s.message}
                for s in rows
            ],
            sys.stdout,
        )  # fmt: skip
    return worst(codes)


def _tell(saved: Saved, *, as_json: bool) -> None:
    if saved.message:
        say(f"{saved.path}: {saved.message}")
    if not as_json:
        clear()
        sys.stdout.write(f"{saved.outcome.value}\t{saved.size}\t{plain(str(saved.path), 4096)}\n")
        sys.stdout.flush()


def _placed(files: Sequence[Wanted], target: Path) -> None:
    """Give each its path: the same in every run for the same files in the same order."""
    taken: set[str] = set()
    for file in files:
        folder = target / safe_name(file.folder) if file.folder else target
        if folder.is_symlink():
            raise UsageError(f"{folder} is a link; name a folder without links inside")
        name, number = safe_name(file.name), 1
        while str(folder / name).casefold() in taken:
            number += 1
            stem, dot, suffix = safe_name(file.name).rpartition(".")
            name = f"{stem}~{number}{dot}{suffix}" if stem else f"{suffix}~{number}"
        taken.add(str(folder / name).casefold())
        file.path = folder / name


def _check_room(files: Sequence[Wanted], target: Path, *, replace: bool) -> None:
    try:
        target.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(target).free
    except OSError as error:
        raise UsageError(f"{target} cannot be used: {error.strerror or error}") from None
    needed = 0
    for file in files:
        part = part_of(file.path, file.key)
        if file.size is not None and (replace or not file.path.exists()):
            needed += max(0, file.size - (part.stat().st_size if part.exists() else 0))
    if needed > free:
        raise UsageError(f"{bytes_text(needed)} are to come and {target} has room for {bytes_text(free)}")

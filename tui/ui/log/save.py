"""A whole log into a file, piece by piece."""

import os
from collections.abc import Awaitable, Callable
from pathlib import Path

from tui.domain.log import LogPart

__all__ = ["save_log"]

_PIECE = 1_048_576


async def save_log(
    read: Callable[[int, int], Awaitable[LogPart]], path: Path, told: Callable[[int, int | None], None]
) -> int:
    """Read from the first byte to the last and put the file in its place; how many bytes it has.

    The bytes are the platform's own, escapes and all. Nothing is left behind where it does not end well.

    Args:
        read: Answers the part that starts at a byte, of at most so many bytes.
        path: Must not be there yet.
        told: Called after each piece with the bytes saved so far and the total.

    Raises:
        FileExistsError: The path is taken.
        TuiError: A piece could not be read.
        OSError: It could not be written.
    """
    partial = path.with_name(path.name + ".part")
    _refuse(path)
    done = 0
    try:
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            while True:
                part = await read(done, _PIECE)
                file.write(part.data)
                done += len(part.data)
                told(done, part.total)
                if not part.data or (part.total is not None and done >= part.total):
                    break
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    return done


def _refuse(path: Path) -> None:
    if path.exists():
        raise FileExistsError(path)

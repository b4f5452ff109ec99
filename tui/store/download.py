"""Remote files written below a folder: in parts, so that what was interrupted goes on where it was.

A file grows beside its place under a name of its own and takes its place when it is whole. Names come from the
platform, so they are made harmless: none leads out of the folder, none is hidden, none replaces a file.
"""

import errno
import hashlib
import os
import stat
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from tui.domain.log import LogPart
from tui.domain.text import plain

__all__ = ["PART", "Fetched", "Saved", "part_of", "safe_name", "save"]

PART = 4 * 1024 * 1024
"""Bytes asked for at a time."""
_LONGEST = 180
"""Bytes of a name; file systems take 255, and the name of a part is longer."""
_SPECIAL = str.maketrans(dict.fromkeys('/\\:*?"<>|', "_"))
Read = Callable[[int, int], Awaitable[LogPart]]
"""Reads so many bytes from a place."""


class Fetched(StrEnum):
    """How the saving of one file ended."""

    SAVED = "saved"
    RESUMED = "resumed"
    """Saved, and a part of it had been there."""
    ALREADY = "already"
    """A file of this size was there."""
    KEPT = "kept"
    """Another file of this name is there, and nobody asked to replace it."""
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Saved:
    """One file, ended."""

    path: Path
    outcome: Fetched
    size: int = 0
    """Bytes in all."""
    message: str | None = None


def safe_name(name: str) -> str:
    """A file name that stays in its folder: no separators, no control characters, not hidden, not too long."""
    text = plain(name, 10_000).translate(_SPECIAL).strip()
    if not text.strip("._ "):
        return "_"
    if text.startswith((".", "-", "~")):
        text = f"_{text}"
    data = text.encode()
    if len(data) > _LONGEST:
        digest = hashlib.sha256(data).hexdigest()[:8]
        stem, dot, suffix = text.rpartition(".")
        ending = f"{dot}{suffix}" if stem and len(suffix) < 12 else ""
        text = f"{data[: _LONGEST - 12 - len(ending.encode())].decode(errors='ignore')}~{digest}{ending}"
    return text


def part_of(path: Path, key: str) -> Path:
    """Where a file grows: the key is in the name, so that another file of the same name does not go on there."""
    return path.with_name(f".{path.name}.{hashlib.sha256(key.encode()).hexdigest()[:8]}.part")


async def save(
    path: Path, key: str, size: int | None, read: Read, *, replace: bool = False,
    told: Callable[[int], None] = lambda count: None,
) -> Saved:  # fmt: skip
    """Write what `read` gives to `path`, whose folder is there.

    `size` is what the platform says; what came is held against it. `told` hears of every part, in bytes.

    Raises:
        PlatformError: It could not be read; what came is kept, and the next call goes on behind it.
        OSError: It cannot be written.
    """
    if (found := _size(path)) is not None and not replace:
        if size is None or found == size:
            return Saved(path, Fetched.ALREADY, found)
        why = f"a file of {found:,} bytes is there, the platform has {size:,}; --overwrite replaces it"
        return Saved(path, Fetched.KEPT, found, why)
    part = part_of(path, key)
    handle = os.open(part, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "r+b") as file:
        start = at = file.seek(0, os.SEEK_END)
        if size is not None and at > size:
            start = at = 0
            file.truncate(0)
            file.seek(0)
        told(at)
        total = size
        while total is None or at < total:
            got = await read(at, PART)
            total = got.total if got.total is not None else total
            data = got.data if got.start == at else b""
            if not data:
                break
            file.write(data)
            file.flush()
            at += len(data)
            told(len(data))
            if got.total is None and len(data) < PART and size is None:
                break
        os.fsync(file.fileno())
    if (wanted := size if size is not None else total) is not None and at != wanted:
        why = f"{at:,} of {wanted:,} bytes came; the same command goes on there"
        return Saved(path, Fetched.FAILED, at, why)
    _place(part, path, replace=replace)
    return Saved(path, Fetched.RESUMED if start else Fetched.SAVED, at)


def _place(part: Path, path: Path, *, replace: bool) -> None:
    """Give the whole file its name; what appeared there meanwhile stays."""
    if replace:
        part.replace(path)
        return
    try:
        os.link(part, path, follow_symlinks=False)
    except FileExistsError:
        raise
    except OSError as error:  # a file system without hard links
        if error.errno not in {errno.EPERM, errno.ENOTSUP, errno.EMLINK, errno.ENOSYS}:
            raise
        if path.exists():
            raise FileExistsError(errno.EEXIST, "a file is there", str(path)) from None
        part.rename(path)
        return
    part.unlink()


def _size(path: Path) -> int | None:
    """The size of what is there, also of what is not a file; None where nothing is."""
    try:
        found = path.lstat()
    except FileNotFoundError:
        return None
    return found.st_size if stat.S_ISREG(found.st_mode) else -1

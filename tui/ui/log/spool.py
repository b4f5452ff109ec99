"""A stretch of a log in a file of bounded size, so that a log of a million lines does not stand in memory."""

import os
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

from tui.settings.files import own_directory

__all__ = ["SPOOL_BYTES", "Spool"]

SPOOL_BYTES = 128 * 1024 * 1024
"""What is kept of one log."""


class Spool:
    """Bytes by their offset in the log; the file has no name, so nothing of it outlives the program.

    The byte at offset n lies at n modulo the size: a stretch no longer than the size can grow at either end without
    being moved, and the parts that were never written take no room on disk.
    """

    def __init__(self, directory: Path | None = None, size: int = SPOOL_BYTES) -> None:
        self.size = size
        self._memory: bytearray | None = None
        self._file = None
        if directory is not None:
            try:
                own_directory(directory)
                self._file = tempfile.TemporaryFile(dir=directory, buffering=0)  # noqa: SIM115
            except OSError:
                # A home that cannot be written: the log is held in memory instead.
                self._file = None
        if self._file is None:
            self._memory = bytearray()

    def write(self, data: bytes, offset: int) -> None:
        """Put bytes where they belong; at most `size` of them.

        Raises:
            OSError: The disk is full.
        """
        view = memoryview(data)
        while view:
            at = offset % self.size
            piece = view[: self.size - at]
            self._put(piece, at)
            offset += len(piece)
            view = view[len(piece) :]

    def _put(self, piece: memoryview, at: int) -> None:
        if self._file is not None:
            while piece:
                done = os.pwrite(self._file.fileno(), piece, at)
                piece, at = piece[done:], at + done
        elif self._memory is not None:
            if len(self._memory) < at + len(piece):
                self._memory.extend(bytes(at + len(piece) - len(self._memory)))
            self._memory[at : at + len(piece)] = piece

    def read(self, start: int, end: int) -> bytes:
        """The bytes of `[start, end)`, which must have been written."""
        parts = []
        while start < end:
            at = start % self.size
            parts.append(self._get(at, min(end - start, self.size - at)))
            start += self.size - at
        return b"".join(parts)

    def _get(self, at: int, count: int) -> bytes:
        if self._file is not None:
            return os.pread(self._file.fileno(), count, at)
        return bytes(self._memory[at : at + count]) if self._memory is not None else b""

    def close(self) -> None:
        """Give the file back."""
        if self._file is not None:
            self._file.close()
        self._file, self._memory = None, None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

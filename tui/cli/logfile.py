"""Where the program's own log goes: a private file that begins with its first line, and is a convenience only."""

import logging
import os
from io import TextIOWrapper
from typing import Any

from tui.cli.fault_report import describe
from tui.settings import paths
from tui.settings.files import own_directory

__all__ = ["open_log"]

_LARGEST = 4 * 1024 * 1024
"""Bytes of the log before it is turned over to `.1`."""


def _private(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_CLOEXEC, 0o600)


class _Format(logging.Formatter):
    """A traceback without any value (R9): a message or a source line may hold a token or remote text."""

    def formatException(self, ei: Any) -> str:
        return describe(ei[1]).rstrip()


class _PrivateFile(logging.FileHandler):
    """A log file of mode 0600; that it cannot be written troubles nobody."""

    def _open(self) -> TextIOWrapper:
        path = paths.log_dir() / "taskdeck.log"
        own_directory(path.parent)
        if path.exists() and path.stat().st_size > _LARGEST:
            path.replace(path.with_suffix(".log.1"))
        return open(path, "a", encoding="utf-8", errors="replace", opener=_private)

    def emit(self, record: logging.LogRecord) -> None:
        try:
            super().emit(record)
        except OSError:  # a full disk, a read-only home
            self.stream = None

    def handleError(self, record: logging.LogRecord) -> None:
        """Without a word: the screen belongs to the user."""


def open_log() -> logging.Handler:
    """Send what our modules log to the file, and nothing to the screen; the root logger stays as it is."""
    handler = _PrivateFile(paths.log_dir() / "taskdeck.log", delay=True)
    handler.setFormatter(_Format("%(asctime)s %(process)d %(levelname)s %(name)s %(message)s"))
    logger = logging.getLogger("tui")
    logger.setLevel(logging.INFO)
    logger.propagate = False
    logger.addHandler(handler)
    return handler

"""What is said when the fault is ours: one line, and the path of a report without any value (R9)."""

import asyncio
import logging
import os
import platform
import sys
import tempfile
import threading
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tui import __version__
from tui.settings import paths
from tui.settings.files import own_directory

__all__ = ["describe", "note_strays", "report", "stray"]

log = logging.getLogger(__name__)

_TOLD = "_taskdeck_told"
"""Marks an exception that was reported: the deadline of an ending may come between."""


def describe(error: BaseException) -> str:
    """Types, our frames and versions; no message, no source line, no local: any of them may hold a remote value."""
    lines = [f"taskdeck {__version__}, Python {platform.python_version()}, {platform.system()} {platform.machine()}"]
    for part in _parts(error):
        lines.append(f"{type(part).__module__}.{type(part).__qualname__}")
        for frame, line in traceback.walk_tb(part.__traceback__):
            module = frame.f_globals.get("__name__", "?")
            if str(module).split(".")[0] == "tui":
                lines.append(f"  {module}:{line} in {frame.f_code.co_name}")
    return "\n".join(lines) + "\n"


def _parts(error: BaseException) -> Iterator[BaseException]:
    """The exception, those it holds if it is a group, and what each followed from; none of them twice."""
    waiting, seen = [error], set[int]()
    while waiting:
        part = waiting.pop()
        if id(part) in seen:
            continue
        seen.add(id(part))
        yield part
        before = part.__cause__ or (None if part.__suppress_context__ else part.__context__)
        waiting += [before] if before is not None else []
        waiting += reversed(part.exceptions) if isinstance(part, BaseExceptionGroup) else ()


def stray(loop: asyncio.AbstractEventLoop | None, context: dict[str, Any]) -> None:
    """Note an exception that nobody waits for. Python's own words to it quote values, and go to the screen."""
    error = context.get("exception")
    if isinstance(error, BaseException):
        log.error("nobody waited for this: %s", describe(error).rstrip())
    else:
        log.error("the event loop complains")


def note_strays() -> None:
    """Exceptions of threads and finalizers, and other libraries' warnings, never go to the screen."""
    threading.excepthook = lambda args: stray(None, {"exception": args.exc_value})
    sys.unraisablehook = lambda args: stray(None, {"exception": args.exc_value})
    logging.getLogger().addHandler(logging.NullHandler())
    logging.captureWarnings(True)


def report(error: BaseException) -> None:
    """Write the report and say where it is, once; the line comes even if the report cannot be written."""
    if getattr(error, _TOLD, False):
        return
    setattr(error, _TOLD, True)
    where = "no report could be written"
    try:
        place = paths.report_dir()
        own_directory(place)
        handle, name = tempfile.mkstemp(prefix="fault-", suffix=".txt", dir=place)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(describe(error))
        where = f"a report without your data is in {Path(name)}"
    except Exception:  # whatever it is, the line below has to come
        pass
    print(f"taskdeck: an internal error ({type(error).__name__}); {where}", file=sys.stderr)

"""What is said when the fault is ours: one line, and the path of a report without any value (R9)."""

import os
import platform
import sys
import tempfile
import traceback
from pathlib import Path

from tui import __version__
from tui.settings import paths

__all__ = ["describe", "report"]


def describe(error: BaseException) -> str:
    """Types, our frames and versions; no message, no source line, no local: any of them may hold a remote value."""
    lines = [f"taskdeck {__version__}, Python {platform.python_version()}, {platform.system()} {platform.machine()}"]
    current: BaseException | None = error
    while current is not None:
        lines.append(f"{type(current).__module__}.{type(current).__qualname__}")
        for frame, line in traceback.walk_tb(current.__traceback__):
            module = frame.f_globals.get("__name__", "?")
            if str(module).split(".")[0] == "tui":
                lines.append(f"  {module}:{line} in {frame.f_code.co_name}")
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return "\n".join(lines) + "\n"


def report(error: BaseException) -> None:
    """Write the report and say where it is; the line comes even if the report cannot be written."""
    where = "no report could be written"
    try:
        place = paths.report_dir()
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix="fault-", suffix=".txt", dir=place)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(describe(error))
        where = f"a report without your data is in {Path(name)}"
    except Exception:  # whatever it is, the line below has to come
        pass
    print(f"taskdeck: a fault of ours ({type(error).__name__}); {where}", file=sys.stderr)

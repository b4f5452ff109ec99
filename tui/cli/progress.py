"""How far a long read is: one line on stderr, rewritten, and only where stderr is a terminal."""

import asyncio
import shutil
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

from tui.domain.text import plain

__all__ = ["clear", "progress"]

_EVERY = 1.0
"""Seconds until the line comes, and between two of it: what is quick says nothing."""


class _Line:
    """The line that stands on the terminal now."""

    width = 0

    def show(self, text: str) -> None:
        """Write over what stands there; never so wide that the terminal would wrap it."""
        text = plain(text, max(1, shutil.get_terminal_size().columns - 1))
        sys.stderr.write(f"\r{text.ljust(self.width)}")
        sys.stderr.flush()
        self.width = len(text)

    def clear(self) -> None:
        """Leave the line empty and the cursor at its start."""
        if self.width:
            sys.stderr.write(f"\r{' ' * self.width}\r")
            sys.stderr.flush()
            self.width = 0


_LINE = _Line()
clear = _LINE.clear
"""To be called before anything else is written to the terminal."""


@asynccontextmanager
async def progress(text: Callable[[], str], *, every: float = _EVERY) -> AsyncIterator[None]:
    """While the block runs, `text` is asked and shown now and then; nothing of it is left behind."""
    if not sys.stderr.isatty():
        yield
        return

    async def tick() -> None:
        while True:
            await asyncio.sleep(every)
            _LINE.show(f"taskdeck: {text()}")

    ticking = asyncio.create_task(tick())
    try:
        yield
    finally:
        ticking.cancel()
        with suppress(asyncio.CancelledError):
            await ticking
        clear()

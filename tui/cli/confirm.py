"""The question before something is sent, on a terminal."""

import asyncio
import sys

__all__ = ["UNCONFIRMED", "answered", "can_ask"]

UNCONFIRMED = "not confirmed, nothing was sent; --yes confirms"


def can_ask() -> bool:
    """Whether somebody can read a question and answer it."""
    return sys.stdin.isatty() and sys.stderr.isatty()


async def answered(word: str, count: int, *, typed: bool) -> bool:
    """Ask, where somebody can answer; with `typed` only the number itself confirms, else `y` and `yes`, too."""
    if not can_ask():
        return False
    sys.stderr.write(f"{word} {count}? Type {'the number' if typed else 'y'} to confirm: ")
    sys.stderr.flush()
    # In a thread: ctrl+c and SIGTERM must end us while we wait.
    answer = (await asyncio.to_thread(sys.stdin.readline)).strip().lower()
    return answer in ({str(count)} if typed else {"y", "yes"})

"""The end of a log as lines, for what stands beside something else."""

from tui.domain.errors import TuiError
from tui.domain.task import TaskRef
from tui.store.log_tail import Logs, LogTail, read_tail
from tui.ui.log.text import LogText

__all__ = ["lines_of", "tail_of"]

_LINES = 40


def lines_of(tail: LogTail) -> tuple[str, ...]:
    """Its last lines, cleaned; or the sentence why there are none."""
    if tail.part is None:
        return (tail.why_none,)
    text = LogText()
    try:
        text.add(tail.part)
        return tuple(text.text(max(0, len(text) - _LINES), len(text)).split("\n"))
    finally:
        text.close()


async def tail_of(logs: Logs, ref: TaskRef, *, failed: bool) -> tuple[str, ...]:
    """The last lines of the log of a task or job; or the sentence why there are none."""
    try:
        return lines_of(await read_tail(logs, ref, failed=failed))
    except TuiError as error:
        return (f"no log: {error}",)

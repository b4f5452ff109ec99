"""Where one is: the task under the cursor behind the list, and the essence of it where no preview has room."""

from collections.abc import Iterator, Sequence

from tui.domain.status import TaskStatus
from tui.domain.task import Task
from tui.store.snapshot import Problem
from tui.ui.present.columns import WORDS
from tui.ui.present.glyphs import CRUMB, STATUS
from tui.ui.present.text import Piece

__all__ = ["news_pieces", "place_pieces", "trouble_pieces"]


def place_pieces(where: str | None, task: Task | None, *, brief: bool) -> Iterator[Piece]:
    """The list, and the task under the cursor.

    Args:
        where: The view or the account, where that is not all.
        task: Under the cursor.
        brief: Nothing else on the screen tells of it: also why it waits or failed.
    """
    yield "tasks" if where is None else f"tasks({where})", "dim"
    if task is None:
        return
    role = {"unknown": "warn"}.get(WORDS[task.status].role, WORDS[task.status].role)
    yield f" {CRUMB} ", "faint"
    if brief:
        yield f"{STATUS[task.status]} ", role
    yield task.name if task.name.strip() else f"({task.ref.id})", ""
    if not brief:
        return
    if task.counts is not None and task.counts.failed:
        yield f"   {STATUS[TaskStatus.FAILED]} {task.counts.failed:,} of {task.counts.total:,}", "fail"
    if why := task.reason or (task.errors[0].message if task.errors else ""):
        yield f"   {why}", "fail" if task.status.is_bad else "dim"


def trouble_pieces(problems: Sequence[Problem]) -> list[Piece]:
    """Problems that the first screen has to name, which go before the place."""
    said = [problem.brief for problem in problems if problem.brief]
    return [(said[0] + (f", {len(said) - 1} more" if len(said) > 1 else ""), "warn")] if said else []


def news_pieces(new: int) -> list[Piece]:
    """Failures that nobody looked at yet, and the key that goes to them."""
    if not new:
        return []
    return [(f"{new} new failure{'s' if new > 1 else ''}  ", "bad"), ("n", "key"), (" next", "dim")]

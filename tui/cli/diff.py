"""`diff`: what differs between two tasks, or between one and a good one."""

import sys
from contextlib import suppress
from datetime import timedelta
from typing import Any

from tui.cli.exit_codes import Exit
from tui.cli.output import say, span_text, write_json
from tui.cli.tasks import Listing
from tui.cli.wiring import Session
from tui.domain.detail import Fact, FileRef, TaskDetail
from tui.domain.diff import Difference, differences, json_of, last_good, nearest_good, same_step
from tui.domain.errors import NotFound
from tui.domain.money import Money
from tui.domain.record import fact
from tui.domain.status import TaskStatus
from tui.domain.task import Kind, Task, TaskRef
from tui.domain.text import plain
from tui.platforms.protocols import PushDown
from tui.store.deck import Deck

__all__ = ["diff"]

_WIDTH = 60
"""Characters of a value on a terminal; elsewhere it is not cut, and the column no wider than this."""
_MEMBERS = 8
"""Members of a list that are named; a batch can have ten thousand input files. JSON has all of them."""


async def diff(session: Session, a: str, b: str | None, style: str | None) -> int:
    """Print the differences only; 1 when there are any."""
    async with session.deck(session.settings()) as deck:
        one = await deck.detail(deck.resolve(a))
        if b is None:
            good, how = await _good(deck, one.task)
            say(f"compared with {good}, {how}")
            other = await deck.detail(good)
        else:
            other = await deck.detail(deck.resolve(b))
    found = differences(one, other, session.clock.now())
    if style == "json":
        refs = {"a": str(one.task.ref), "b": str(other.task.ref)}
        write_json(refs | {"differences": [json_of(d) for d in found]}, sys.stdout)
    else:
        _print(one, other, found)
    return Exit.FAILED if found else Exit.FINE


async def _good(deck: Deck, task: Task) -> tuple[TaskRef, str]:
    """The good task to compare with, and what it is to this one.

    Raises:
        NotFound: There is none.
    """
    ref = task.ref
    if ref.job is not None and (run := await deck.task(ref.task)).kind is not Kind.BATCH:
        return await _good_step(deck, task, run)
    siblings = await _siblings(deck, task)
    if near := nearest_good(task, siblings):
        return near.ref, "the nearest sibling that succeeded"
    push = PushDown(project=task.project, status=TaskStatus.DONE)
    # The project's own first: the whole account is read only where that has none.
    for chosen in (push, PushDown(status=TaskStatus.DONE)) if task.project else (PushDown(status=TaskStatus.DONE),):
        pages = [page async for page in deck.load(ref.account, chosen)]
        if good := last_good(task, (t for page in pages for t in page.tasks)):
            return good.ref, "the last success of the same app"
    raise NotFound(ref.account, f"comparing {ref}", "no sibling and no other task of its app succeeded; name one")


async def _good_step(deck: Deck, job: Task, run: Task) -> tuple[TaskRef, str]:
    """The same step of a good run, else another piece or try of it in the same run.

    Raises:
        NotFound: There is neither.
    """
    with suppress(NotFound):
        good, how = await _good(deck, run)
        if step := same_step(job, await deck.jobs(good)):
            return step.ref, f"the same step of {how}"
    if step := same_step(job, await deck.jobs(run.ref)):
        return step.ref, "the same step of the same task"
    raise NotFound(job.ref.account, f"comparing {job.ref}", "no good run of its app has this step; name a job")


async def _siblings(deck: Deck, task: Task) -> list[Task]:
    """The other children of its batch."""
    parent = task.parent or (task.ref.task if task.ref.job else None)
    if parent is None:
        return []
    listing = Listing(str(parent))
    await listing.read(deck.children(parent), partial=True)
    return list(listing.tasks.values())


def _print(one: TaskDetail, other: TaskDetail, found: tuple[Difference, ...]) -> None:
    out = sys.stdout
    for letter, detail in (("a", one), ("b", other)):
        task = detail.task
        out.write(f"{letter}  {task.ref}  {task.status.value}  {task.name}\n")
    if not found:
        out.write("no difference\n")
        return
    rows = [("PATH", "A", "B"), *((d.path, _text(d.a), _text(d.b)) for d in found)]
    if out.isatty():
        rows = [(path, plain(x, _WIDTH), plain(y, _WIDTH)) for path, x, y in rows]
    widths = [min(_WIDTH, max(len(row[i]) for row in rows)) for i in (0, 1)]
    for path, x, y in rows:
        out.write(f"{path.ljust(widths[0])}  {x.ljust(widths[1])}  {y}\n".replace("\t", " "))


def _text(value: Fact) -> str:
    """A value in one line."""
    match value:
        case None:
            return "-"
        case bool():
            return "yes" if value else "no"
        case str():
            return value.replace("\n", " ")
        case FileRef():
            return f"{value.name} ({value.id})" if value.name else value.id
        case Money():
            return str(value)
        case timedelta():
            return span_text(round(value.total_seconds()))
        case list() | tuple() if len(value) > _MEMBERS:
            some = ", ".join(map(_text, value[:_MEMBERS]))
            return f"{some} and {len(value) - _MEMBERS:,} more"
        case list() | tuple():
            return ", ".join(map(_text, value)) or "-"
        case _:
            plain_value: Any = fact(value)
            return str(plain_value)

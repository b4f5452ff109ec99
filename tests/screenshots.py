"""The pictures of the README, made by the program itself: `python -m tests.screenshots [NAME ...]`.

The demo's world, its seed and its clock standing still: the same program makes the same pictures.
"""

import asyncio
import re
import sys
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from html import unescape
from pathlib import Path

from rich.cells import cell_len

from tests.support.app import Table, table
from tui.domain.status import TaskStatus
from tui.domain.task import Kind, Task
from tui.ui.messages import View
from tui.ui.screens.batch import BatchScreen
from tui.ui.screens.confirm import ConfirmScreen

__all__ = ["PICTURES", "make"]

PLACE = Path(__file__).parent.parent / "screenshots"
WIDE, NARROW = (160, 48), (80, 24)
_BLANK = "&#160;"
_TEXT = re.compile(
    r'x="(?P<x>[\d.]+)"(?P<between>[^>]*?) textLength="(?P<length>[\d.]+)"(?P<after>[^>]*)>'
    r"(?P<blanks>(?:&#160;)+)(?P<rest>[^<]*)</text>"
)
Way = Callable[[Table], Awaitable[None]]


def _task(at: Table, fits: Callable[[Task], bool]) -> Task:
    """The newest task that fits."""
    tasks = at.list.listing.tasks
    found: Task = next(task for key in at.list.listing.rows if fits(task := tasks[key]))
    return found


async def _settle(at: Table, rounds: int = 60) -> None:
    """Everything that was asked for is here, and drawn."""
    for _ in range(rounds):
        await at.pilot.pause()
        await asyncio.sleep(0.01)


async def _open(at: Table, task: Task, view: View) -> None:
    at.app.open(task.ref, view)
    await _settle(at)


async def _list(at: Table) -> None:
    await at.press("j", "j", "j")


async def _batch(at: Table) -> None:
    """A batch of which much failed, on one of its failures."""
    batch = _task(at, lambda t: t.kind is Kind.BATCH and t.counts is not None and 20 < t.counts.failed < 400)
    await _open(at, batch, View.BATCH)
    await at.press("j", "j")
    await _settle(at)


async def _story(at: Table) -> None:
    """The batch of ten thousand children, its reasons taken: `/10000`, enter, enter, tab."""
    await at.press("slash", *"10000", "enter", "enter")
    await at.until(lambda: isinstance(at.app.screen, BatchScreen), "the batch")
    screen = at.app.screen
    assert isinstance(screen, BatchScreen)
    await at.until(lambda: len(screen.panes.listed.tasks) == 10_000, "the children")
    await at.until(lambda: any(group.common for group in screen.panes.grouping.groups), "what they share")
    await at.press("tab")
    await _settle(at)


async def _story_log(at: Table) -> None:
    await _story(at)
    await at.press("l")
    await _settle(at)


async def _story_plan(at: Table) -> None:
    await _story(at)
    await at.press("x")
    await at.until(lambda: isinstance(at.app.screen, ConfirmScreen), "the plan")
    await _settle(at, 20)


def _failed(task: Task) -> bool:
    return task.status is TaskStatus.FAILED and task.kind is Kind.TASK and task.platform == "sevenbridges"


async def _log(at: Table) -> None:
    await _open(at, _task(at, _failed), View.LOG)


async def _detail(at: Table) -> None:
    await _open(at, _task(at, _failed), View.DETAIL)


async def _triage(at: Table) -> None:
    await at.press("E")
    await _settle(at)


async def _confirm(at: Table) -> None:
    at.list.show_filter("status:running")
    await _settle(at, 20)
    await at.press("g", "x")
    await _settle(at, 20)
    await at.press("a")
    await _settle(at, 20)


async def _help(at: Table) -> None:
    await at.press("question_mark")


async def _palette(at: Table) -> None:
    await at.press("ctrl+p")
    await _settle(at, 20)


PICTURES: dict[str, tuple[Way, tuple[int, int]]] = {
    "tasks-160x48": (_list, WIDE),
    "tasks-80x24": (_list, NARROW),
    "batch-160x48": (_batch, WIDE),
    "batch-80x24": (_batch, NARROW),
    "log-160x48": (_log, WIDE),
    "detail-160x48": (_detail, WIDE),
    "triage-160x48": (_triage, WIDE),
    "story-batch-160x48": (_story, WIDE),
    "story-log-160x48": (_story_log, WIDE),
    "story-plan-160x48": (_story_plan, WIDE),
    "confirm-160x48": (_confirm, WIDE),
    "help-160x48": (_help, WIDE),
    "palette-160x48": (_palette, WIDE),
}
"""What is made: how to get there, and in which size."""


async def make(name: str) -> str:
    """The picture of this name, as SVG."""
    way, size = PICTURES[name]
    with tempfile.TemporaryDirectory() as place:
        return await _drawn(way, size, Path(place) / "journal")


async def _drawn(way: Way, size: tuple[int, int], journal: Path) -> str:
    async with table(tasks=None, size=size, rare=True, journal=journal) as at:
        await _settle(at, 20)
        await way(at)
        await _settle(at, 10)
        return _plain(at.app.export_screenshot(title="taskdeck"))


def _plain(picture: str) -> str:
    """Blanks at the beginning of a text become its place, because not every viewer keeps them."""

    def placed(found: re.Match[str]) -> str:
        blanks, rest = len(found["blanks"]) // len(_BLANK), found["rest"]
        cell = float(found["length"]) / cell_len(unescape(found["blanks"] + rest))
        x, length = float(found["x"]) + blanks * cell, float(found["length"]) - blanks * cell
        return (
            f'x="{x:g}"{found["between"]} textLength="{length:g}"{found["after"]}>{rest}</text>' if rest else found[0]
        )

    return "\n".join(line.rstrip() for line in _TEXT.sub(placed, picture).splitlines()) + "\n"


def main(names: Sequence[str]) -> int:
    """Make those named, or all."""
    PLACE.mkdir(exist_ok=True)
    for name in names or PICTURES:
        (PLACE / f"{name}.svg").write_text(asyncio.run(make(name)), "utf-8")
        print(f"screenshots/{name}.svg")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

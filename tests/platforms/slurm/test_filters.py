"""Issue 14, point 7: filters in a scheduler's words, over the demo's cluster."""

import json

import pytest

from tests.platforms.contract import ShellDesk
from tests.platforms.test_contract import SLURM
from tui.domain.query import Context, matcher, parse
from tui.domain.task import Task


async def listed() -> list[Task]:
    async with ShellDesk(SLURM).open() as platform:
        return [task async for page in platform.pages() for task in page.tasks]


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("partition:gpu", lambda t: t.settings["partition"] == "gpu"),
        ("qos:high", lambda t: t.settings["qos"] == "high"),
        ("node:n0", lambda t: "n0" in t.settings.get("node", "")),
        ("limit>2h", lambda t: t.settings.get("limit") in {"4h", "1d"}),
        ("native:timeout", lambda t: t.native_status == "TIMEOUT"),
        ("native:pending reason:held", lambda t: "Held" in (t.reason or "")),
    ],
)
async def test_v07_a_filter_in_slurms_words_finds_what_it_says(text: str, holds: object) -> None:
    tasks = await listed()
    context = Context(now=tasks[0].fetched)
    matches = matcher(parse(text), context)
    found = [task for task in tasks if matches(task)]
    assert found
    assert all(holds(task) for task in found)  # type: ignore[operator]
    assert len(found) < len(tasks)


async def test_v07_time_left_is_a_span() -> None:
    tasks = await listed()
    context = Context(now=tasks[0].fetched)
    running = [task for task in tasks if "left" in task.settings]
    assert running
    short = list(filter(matcher(parse("left<400d"), context), tasks))
    assert {t.ref for t in short} == {t.ref for t in running}
    assert not list(filter(matcher(parse("left<1s"), context), running))
    assert json.dumps([dict(t.settings) for t in running])

"""Issue 17, point 1: reading and converting ten thousand jobs gives keys their turn; counted in work, not in time."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest

from tui.domain.task import TaskRef
from tui.platforms.protocols import Connection, Page
from tui.platforms.shell import Command, Finished
from tui.platforms.slurm import jobs
from tui.platforms.slurm.adapter import Slurm
from tui.platforms.slurm.wire import QUEUE_FIELDS, RS, US

MANY = 10_000
MOST = 250
"""Records read or converted between two turns of the loop: about five milliseconds of work."""


def line(number: int, array: bool) -> str:
    """A finished job, or a finished element."""
    values = dict.fromkeys(QUEUE_FIELDS, "") | {
        "JobArrayID": f"7_{number}" if array else str(number), "JobID": str(number),
        "ArrayJobID": "7" if array else str(number), "ArrayTaskID": str(number) if array else "N/A",
        "State": "FAILED" if number % 2 else "COMPLETED", "Reason": "None", "UserName": "me",
        "SubmitTime": "1790000000", "StartTime": "1790000100", "EndTime": "1790000200",
        "exit_code": "256" if number % 2 else "0", "Name": f"job {number}",
    }  # fmt: skip
    return US.join(values[name] for name in QUEUE_FIELDS) + RS + "\n"


class Queue:
    """`squeue` with very many rows."""

    def __init__(self, *, array: bool) -> None:
        self.out = "".join(line(number, array) for number in range(1, MANY + 1)).encode()

    async def run(self, command: Command, deadline: float, cap: int) -> Finished:
        """As a runner does."""
        if command.name == "sacct":
            return Finished(1, b"", "Slurm accounting storage is disabled")
        return Finished(0, self.out if command.name == "squeue" else b"me\n")


class Slices:
    """Counts work between two turns of the loop."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = self.most = self.all = 0
        for name in ("queue_records", "task_of"):
            monkeypatch.setattr(jobs, name, self._counted(getattr(jobs, name)))

    def _counted(self, work: Callable[..., object]) -> Callable[..., object]:
        def counted(*given: object) -> object:
            self.now, self.all = self.now + 1, self.all + 1
            self.most = max(self.most, self.now)
            return work(*given)

        return counted

    async def turns(self) -> None:
        """A key would be answered now."""
        while True:
            self.now = 0
            await asyncio.sleep(0)


async def took(slices: Slices, pages: AsyncIterator[Page]) -> int:
    """How many rows came; meanwhile turns of the loop are noted."""
    turns = asyncio.create_task(slices.turns())
    try:
        return sum([len(page.tasks) async for page in pages])
    finally:
        turns.cancel()


@pytest.mark.parametrize("array", [False, True])
async def test_x01_a_list_of_ten_thousand_never_holds_the_keys(monkeypatch: pytest.MonkeyPatch, array: bool) -> None:
    slices = Slices(monkeypatch)
    async with Slurm(Connection("hpc"), transport=Queue(array=array)) as platform:
        assert await took(slices, platform.pages()) == (1 if array else MANY)
        assert slices.all >= MANY, "it was read"
        assert slices.most <= MOST


async def test_x01_opening_an_array_of_ten_thousand_never_holds_the_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    slices, ref = Slices(monkeypatch), TaskRef("hpc", "7")
    async with Slurm(Connection("hpc"), transport=Queue(array=True)) as platform:
        await took(slices, platform.pages())
        slices.most = slices.all = 0
        assert await took(slices, platform.children(ref)) == MANY
        assert await took(slices, platform.failed_children(ref)) == MANY // 2
        assert slices.most <= MOST
        assert slices.all == MANY + MANY // 2, "nothing is converted that is not asked for"
        slices.all = 0
        page = await platform.done_children(ref, MANY // 2, 100)
        assert (len(page.tasks), slices.all) == (100, 100)


async def test_x02_a_list_that_did_not_change_is_not_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Known by its bytes."""
    slices = Slices(monkeypatch)
    async with Slurm(Connection("hpc"), transport=Queue(array=True)) as platform:
        await took(slices, platform.pages())
        slices.all = 0
        platform._jobs.pace.acted()
        await took(slices, platform.pages())
        assert slices.all == 0

"""Issue 14, point 3: final is not for ever. A requeued job is live again everywhere, and its next end is told."""

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.support.clocks import VirtualClock, virtual
from tui.domain.signature.classes import Rules
from tui.domain.status import TaskStatus
from tui.domain.task import TaskRef
from tui.platforms.protocols import Connection
from tui.platforms.registry import connect
from tui.platforms.shell import Command, Finished
from tui.platforms.slurm.wire import QUEUE_FIELDS, RS, US
from tui.store.account import AccountHandle
from tui.store.deck import Deck
from tui.store.history.database import History
from tui.store.watch import Rule, Transition, Watcher

ELEMENTS = 4


@dataclass
class Queue:
    """`squeue` on a cluster without accounting: an array and a single job that share their fate."""

    clock: VirtualClock
    state: str = "RUNNING"
    started: int = 0
    """Epoch."""
    restarts: int = 0

    def _line(self, id_: str, index: int | None, state: str) -> str:
        over = state == "FAILED"
        values = dict.fromkeys(QUEUE_FIELDS, "") | {
            "JobArrayID": id_ if index is None else f"{id_}_{index}", "JobID": id_ if index is None else f"9{index}",
            "ArrayJobID": id_, "ArrayTaskID": "N/A" if index is None else str(index), "State": state,
            "Reason": "NonZeroExitCode" if over else "None", "UserName": "me", "Partition": "debug",
            "SubmitTime": "1790000000", "StartTime": "N/A" if state == "PENDING" else str(self.started),
            "EndTime": str(self.started + 60) if over else "N/A", "exit_code": "768" if over else "0",
            "RestartCnt": str(self.restarts), "WorkDir": "/w", "Name": "sweep" if index is not None else "single",
        }  # fmt: skip
        return US.join(values[name] for name in QUEUE_FIELDS) + RS + "\n"

    async def run(self, command: Command, deadline: float, cap: int) -> Finished:
        """As a runner does."""
        await self.clock.sleep(0.1)
        if command.name == "sacct":
            return Finished(1, b"", "Slurm accounting storage is disabled")
        if command.name != "squeue" or "-V" in command.words:
            return Finished(0, b"me\n")
        rows = [self._line("20", None, self.state)]
        rows += [self._line("17", i, self.state if i == 1 else "COMPLETED") for i in range(ELEMENTS)]
        return Finished(0, "".join(rows).encode())

    def requeue(self) -> None:
        self.state, self.restarts = "PENDING", self.restarts + 1

    def begin(self) -> None:
        self.state, self.started = "RUNNING", 1_790_000_100 + 1_000 * self.restarts

    def fail(self) -> None:
        self.state = "FAILED"


@dataclass
class Told:
    """What was said, and each change of a status."""

    messages: list[str] = field(default_factory=list)
    changes: list[tuple[str, TaskStatus]] = field(default_factory=list)

    def of(self, ref: str) -> list[TaskStatus]:
        return [status for key, status in self.changes if key == ref]


@virtual
async def test_v03_each_attempt_of_a_requeued_job_and_of_an_array_is_told_once() -> None:
    """Two programs watch, and look ten times at each state: three ends are three messages for each of the two."""
    clock = VirtualClock()
    queue, told = Queue(clock), Told()
    queue.begin()
    rule = Rule("mine", lambda task: True, frozenset({TaskStatus.FAILED}), frozenset({"bell"}))

    def changed(transition: Transition) -> None:
        told.changes.append((str(transition.task.ref), transition.task.status))

    handle = AccountHandle(
        "hpc", "slurm", "", "the test", lambda: connect("slurm", Connection("hpc"), clock=clock, transport=queue)
    )
    with History(None) as history:
        async with Deck([handle], clock=clock) as deck:
            watchers = [Watcher(deck, history, [rule], Rules(), each=changed) for _ in range(2)]
            for watcher in watchers:
                watcher.tell = lambda message, ways: told.messages.append(message.title)
            work: Sequence[asyncio.Task[None]] = [
                asyncio.create_task(run()) for run in (deck.run, *(w.run for w in watchers))
            ]
            for step in (lambda: None, *[queue.fail, queue.requeue, queue.begin] * 2, queue.fail):
                step()
                await asyncio.sleep(600)
            feed = deck.store.snapshot.feeds["hpc"]
            for part in work:
                part.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.gather(*work, return_exceptions=True)
    assert feed.tasks[str(TaskRef("hpc", "20"))].status is TaskStatus.FAILED
    alive = [TaskStatus.QUEUED, TaskStatus.RUNNING]
    expected = [TaskStatus.FAILED, *([*alive, TaskStatus.FAILED] * 2)]
    assert told.of("hpc:20")[::2] == expected, "each of the two watchers sees every change"
    assert told.of("hpc:17")[::2] == expected
    single = [title for title in told.messages if "single" in title]
    array = [title for title in told.messages if "sweep" in title]
    assert len(single) == 3, told.messages
    assert array == ["1 of 4 children of sweep failed"] * 3

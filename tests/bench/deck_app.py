"""Our own program over a platform that answers at once: `python -m tests.bench.deck_app ROWS CHANGE [CACHE]`.

CHANGE is `none`; `cell`: one visible cell changes each second; `row`: several cells of one row; `many`: 1,000 tasks;
`silent`: the platform never answers, so that only what lies on disk in CACHE is shown.
"""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from tui.cli.event_loop import let_threads_take_turns, spare_the_collector
from tui.domain.account import AccountInfo, Budget
from tui.domain.money import Money
from tui.domain.status import TaskStatus
from tui.domain.task import Progress, Task, TaskRef
from tui.platforms.protocols import Page, PushDown
from tui.settings import Settings
from tui.store.cache.database import Cache
from tui.store.deck import AccountHandle, Deck
from tui.store.polling.pace import Intervals

if TYPE_CHECKING:
    from tui.domain.action import Verb
    from tui.domain.detail import TaskDetail

APPS = ("star/2.7.11b", "salmon/1.10", "gatk-joint/14", "bwa-mem2/2.2", "fastqc/0.12")
PROJECTS = ("luad-480", "target", "kf-brain", "panel-b", "qc")
WORDS = {
    TaskStatus.RUNNING: "RUNNING",
    TaskStatus.DONE: "COMPLETED",
    TaskStatus.FAILED: "FAILED",
    TaskStatus.QUEUED: "QUEUED",
}


def task(number: int, now: datetime) -> Task:
    """The task of this number; one in a hundred runs, a few are queued, a tenth of the rest failed."""
    if number % 100 == 0:
        status = TaskStatus.RUNNING
    elif number % 100 == 50:
        status = TaskStatus.QUEUED
    else:
        status = TaskStatus.FAILED if number % 10 == 3 else TaskStatus.DONE
    created = now - timedelta(seconds=60 * number)
    return Task(
        ref=TaskRef("bench", f"{number:08d}-0000-4000-8000-000000000000"),
        platform="sevenbridges",
        name=f"STAR-align_LUAD batch {number}",
        status=status,
        native_status=WORDS[status],
        project=f"lab/{PROJECTS[number % 5]}",
        app=APPS[number % 5],
        created_by="user-a",
        created=created,
        started=None if status is TaskStatus.QUEUED else created + timedelta(minutes=2),
        ended=created + timedelta(minutes=2 + number % 300) if status.is_final else None,
        progress=Progress.of(number % 480, 480),
        price=Money("USD", Decimal(number % 9000) / 100),
        fetched=now,
    )


class Instant:
    """A platform that answers without any delay."""

    account = "bench"
    platform = "sevenbridges"
    budget = Budget(1_000_000, 1_000_000, None)

    def __init__(self, rows: int, change: str) -> None:
        self.tasks = {} if change == "silent" else {t.ref: t for t in (task(n, datetime.now(UTC)) for n in range(rows))}
        self.change = change
        self.turn = 0

    async def __aenter__(self) -> "Instant":
        return self

    async def __aexit__(self, *exc: object) -> None:
        return None

    async def pages(
        self,
        push: PushDown = PushDown(),
        *,
        skip: int = 0,
        whole: bool = False,
    ) -> AsyncIterator[Page]:
        """Everything in one page."""
        if self.change == "silent":
            await asyncio.Event().wait()
        yield Page(tuple(self.tasks.values()), total=len(self.tasks))

    async def newest(self) -> Page:
        """The first hundred, changed as asked for."""
        self.turn += 1
        refs = list(self.tasks)
        changed: dict[str, list[TaskRef]] = {"cell": refs[:1], "row": refs[:1], "many": refs[:1000]}
        for ref in changed.get(self.change, []):
            old = self.tasks[ref]
            fields: dict[str, object] = {"progress": Progress.of((self.turn * 7) % 480, 480)}
            if self.change == "row":
                fields |= {
                    "price": Money("USD", Decimal(self.turn)),
                    "status": TaskStatus.FAILED if self.turn % 2 else TaskStatus.RUNNING,
                }
            self.tasks[ref] = replace(old, **fields)  # type: ignore[arg-type]
        return Page(tuple(self.tasks[r] for r in refs[: 1000 if self.change == "many" else 100]), total=len(refs))

    async def many(self, refs: Sequence[TaskRef]) -> Page:
        """What they are now."""
        return Page(tuple(self.tasks[r] for r in refs if r in self.tasks))

    async def detail(self, ref: TaskRef) -> "TaskDetail":
        """The row and nothing more."""
        from tui.domain.detail import TaskDetail

        return TaskDetail(task=self.tasks[ref])

    async def info(self) -> AccountInfo:
        """Nobody."""
        return AccountInfo("user-a", {})

    def refusal(self, verb: "Verb", task: Task) -> str | None:
        """No action here."""
        return "the bench changes nothing"

    def ref_of_url(self, address: str) -> TaskRef | None:
        """No web interface."""
        return None


async def main(rows: int, change: str, cache: str | None = None) -> int:
    """Run the interface until the user leaves it, started as `taskdeck` starts it."""
    spare_the_collector()
    let_threads_take_turns()
    account = AccountHandle("bench", "sevenbridges", "http://127.0.0.1", "the bench", lambda: Instant(rows, change))
    deck = Deck([account], cache=Cache(Path(cache)) if cache else None, intervals=Intervals(visible=1.0))
    from tui.ui.app import TaskdeckApp

    environment = {"SSH_TTY": os.environ.get("SSH_TTY", "")}
    app = TaskdeckApp(deck, Settings(path=Path("none.toml")), environment=environment)
    await app.run_async()
    return app.return_code or 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main(int(sys.argv[1]), *sys.argv[2:])))

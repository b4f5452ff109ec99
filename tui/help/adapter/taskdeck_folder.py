"""A folder of JSON files as tasks: `{"name": "align", "state": "running", "created": "2026-11-24T16:00:00Z"}`.

Everything an adapter needs: an `ENTRY` that the entry point names, and a class with the methods of `Platform`. What it
can do besides (here: abort) it claims by having the methods of that capability, and by nothing else.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from tui.clock import Clock, SystemClock
from tui.domain.account import AccountInfo, Budget
from tui.domain.action import Accepted, Verb
from tui.domain.detail import TaskDetail
from tui.domain.errors import ConfigError, Forbidden, NotFound, ReadOnly, Sent, UnexpectedAnswer, Unreachable
from tui.domain.status import TaskStatus
from tui.domain.task import Task, TaskRef
from tui.domain.text import plain
from tui.platforms.account import Own, Reach
from tui.platforms.entry import Entry
from tui.platforms.protocols import Connection, Page, PushDown

PAGE = 25


class Folder:
    """One account: one folder. Every failure is one of `tui.domain.errors`; every text is cleaned by `plain`."""

    platform = "folder"
    budget: Budget | None = None

    def __init__(self, connection: Connection, *, clock: Clock | None = None, transport: Any = None) -> None:
        self.account = connection.account
        self._folder = Path(connection.options["folder"])
        self._read_only = connection.read_only
        self._clock = clock or SystemClock()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc: object) -> None:
        return None

    async def pages(self, push: PushDown = PushDown(), *, skip: int = 0, whole: bool = False) -> AsyncIterator[Page]:
        """Every task, newest first, a page at a time."""
        tasks, unreadable = await asyncio.to_thread(self._tasks)
        for start in range(skip, max(len(tasks), skip + 1), PAGE):
            yield Page(tuple(tasks[start : start + PAGE]), len(tasks), 0 if start else unreadable)

    async def newest(self) -> Page:
        """The first page."""
        return Page(tuple((await asyncio.to_thread(self._tasks))[0][:PAGE]))

    async def many(self, refs: Sequence[TaskRef]) -> Page:
        """These, and which are gone."""
        found = {task.ref: task for task in (await asyncio.to_thread(self._tasks))[0]} if refs else {}
        return Page(tuple(found[r] for r in refs if r in found), gone=tuple(r for r in refs if r not in found))

    async def detail(self, ref: TaskRef) -> TaskDetail:
        """One in full."""
        page = await self.many([ref])
        if not page.tasks:
            raise NotFound(self.account, f"reading {ref}", "there is no such file")
        return TaskDetail(task=page.tasks[0], raw=await asyncio.to_thread(self._file(ref).read_bytes))

    async def info(self) -> AccountInfo:
        """What the account view shows."""
        tasks, _ = await asyncio.to_thread(self._tasks)
        return AccountInfo(None, {"folder": ({"path": str(self._folder), "tasks": len(tasks)},)})

    def refusal(self, verb: Verb, task: Task) -> str | None:
        """Why a verb is not offered."""
        if verb is not Verb.ABORT:
            return f"a folder of files cannot {verb.value}"
        return f"it is {task.status.value} already" if task.status.is_final else None

    def ref_of_url(self, address: str) -> TaskRef | None:
        """Files have no web addresses."""
        return None

    async def abort(self, ref: TaskRef) -> Accepted:
        """Having this method, and nothing else, claims `CanAbort`."""
        if self._read_only:
            raise ReadOnly(self.account, f"aborting {ref}", "the account is read-only here", sent=Sent.NO)
        task = (await self.detail(ref)).task
        if task.status.is_final:
            return Accepted(task, already=True)
        written = json.loads(self._file(ref).read_bytes()) | {"state": "aborted"}
        await asyncio.to_thread(self._file(ref).write_text, json.dumps(written))
        return Accepted((await self.detail(ref)).task)

    def _file(self, ref: TaskRef) -> Path:
        return self._folder / f"{Path(ref.id).name}.json"

    def _tasks(self) -> tuple[list[Task], int]:
        """All of them, newest first, and how many files cannot be read."""
        tasks, bad = [], 0
        try:
            paths = sorted(path for path in self._folder.iterdir() if path.suffix == ".json")
        except PermissionError as error:
            raise Forbidden(self.account, "listing files", f"{self._folder}: {error.strerror}") from error
        except OSError as error:
            raise Unreachable(self.account, "listing files", f"{self._folder}: {error.strerror}") from error
        for path in paths:
            try:
                tasks.append(self._task(path.stem, json.loads(path.read_bytes())))
            except (OSError, ValueError, KeyError, TypeError):
                bad += 1
        if bad and not tasks:
            raise UnexpectedAnswer(self.account, "listing files", "no file is readable as a task")
        return sorted(tasks, key=lambda t: t.created or datetime.min.replace(tzinfo=UTC), reverse=True), bad

    def _task(self, name: str, sent: dict[str, Any]) -> Task:
        known = {status.value for status in TaskStatus}
        return Task(
            ref=TaskRef(self.account, plain(name, 100)),
            platform=self.platform,
            name=plain(sent["name"], 200),
            status=TaskStatus(sent["state"]) if sent["state"] in known else TaskStatus.UNKNOWN,
            native_status=plain(sent["state"], 50),
            created=datetime.fromisoformat(sent["created"]).astimezone(UTC),
            fetched=self._clock.now(),
        )


def read(own: Own) -> Reach:
    """The account's own keys."""
    folder = own.text("folder")
    if folder is None:
        raise ConfigError(f'{own.where} has no folder; write folder = "/path"')
    return Reach(options={"folder": folder}, address=folder)


ENTRY = Entry(
    name="folder", title="Folder", adapter="taskdeck_folder:Folder", read=read, keys=("folder",), needs_token=False,
    example='[accounts.mine]\nplatform = "folder"\nfolder = "/data/tasks"\n',
)  # fmt: skip

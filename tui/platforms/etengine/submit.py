"""Runs of a tool from rows of arguments: rows with the same tool and hardware are the jobs of one batch."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from tui.clock import Clock
from tui.domain.action import Accepted
from tui.domain.errors import Sent, UnexpectedAnswer
from tui.domain.submission import Checked, Flaw, Row, Submission, words
from tui.domain.text import plain
from tui.platforms.etengine import wire
from tui.platforms.etengine.batch_cache import BatchCache
from tui.platforms.etengine.wire import JSON, FilesystemWire, ToolWire
from tui.platforms.http import ApiClient

__all__ = ["Submitter"]

_CPU, _MEMORY = 1, 256
"""What the official client asks for where nothing is said: vCPU, MB."""
_COLUMNS = frozenset({"name", "tool", "cpu", "memory", "filesystems"})
"""Columns that are not arguments; `in.NAME` always is one."""
_INPUT = "in."
_Tools = Mapping[str, Sequence[ToolWire]]
_Disks = Mapping[str, Sequence[FilesystemWire]]


class Submitter:
    """What the rows of a file ask for, on one account."""

    starts = True
    """There are no drafts, and nothing stops a job."""

    def __init__(self, client: ApiClient, account: str, cache: BatchCache, clock: Clock) -> None:
        self._client = client
        self._account = account
        self._cache = cache
        self._clock = clock

    async def check(self, rows: Sequence[Row]) -> Checked:
        """Every row against the account's tools and filesystems; nothing is made. Two calls.

        Source: `GET /tools`, `GET /filesystems`.
        """
        tools = _by_name(wire.tools((await self._client.get("/tools", doing="listing tools", into=JSON)).value))
        disks = {}
        if any("filesystems" in row.values for row in rows):
            answer = await self._client.get("/filesystems", doing="listing filesystems", into=JSON)
            disks = _by_name(wire.filesystems(answer.value))
        submissions, flaws = [], list[Flaw]()
        for row in rows:
            found, wrong = _read(row, tools, disks)
            flaws += wrong
            if found is not None:
                submissions.append(found)
        return Checked(tuple(submissions), tuple(flaws))

    async def submit(self, submissions: Sequence[Submission]) -> Accepted:
        """One batch with a job a row. Source: `POST /tools/{tool_id}`; sections 2 and 5.3."""
        first = submissions[0].body
        doing = f"submitting {len(submissions)} job{'' if len(submissions) == 1 else 's'}"
        jobs = [one.body["arguments"] for one in submissions]
        body = {"fixed_args": {}, "variable_args": jobs, "hardware": first["hardware"]}
        answer = await self._client.act("POST", f"/tools/{quote(first['tool'], safe='')}", body, doing=doing)
        found = wire.submitted(answer.body)
        if found is None:
            why = "the answer names no batch; look at the list before you repeat it"
            raise UnexpectedAnswer(self._account, doing, why, sent=Sent.MAYBE, status=answer.status)
        task = self._cache.task(self._cache.add(found))
        return Accepted(task=task, new=task.ref, message=f"a job of {task.ref}" if len(jobs) > 1 else None)


def _by_name(things: Sequence[Any]) -> dict[str, list[Any]]:
    """By name and by id; two may have one name."""
    found: dict[str, list[Any]] = {}
    for thing in things:
        for key in {thing.id, thing.name or thing.id}:
            found.setdefault(key, []).append(thing)
    return found


def _read(row: Row, tools: _Tools, disks: _Disks) -> tuple[Submission | None, list[Flaw]]:
    """What is sent for one row, and what is wrong with it."""
    flaws: list[Flaw] = []

    def one(column: str, wanted: str, among: Mapping[str, Sequence[Any]]) -> Any:
        found = among.get(wanted, ())
        if len(found) != 1:
            names = ", ".join(sorted({str(t.name or t.id) for ts in among.values() for t in ts})) or "none"
            say = f"{len(found)} have the name {plain(wanted, 80)}; write the id" if found else f"there are {names}"
            flaws.append(Flaw(row, column, say if found else f"no {plain(wanted, 80)}; {say}"))
        return found[0] if found else None

    def whole(column: str, otherwise: int) -> int:
        text = row.text(column)
        if text is not None and not re.fullmatch(r"[1-9]\d{0,8}", text):
            flaws.append(Flaw(row, column, f"{plain(text, 40)!r} is not a whole number above 0"))
            return otherwise
        return int(text) if text else otherwise

    wanted = row.text("tool")
    if wanted is None:
        flaws.append(Flaw(row, "tool", "which tool? write a column tool, or --set tool=NAME"))
    tool = one("tool", wanted, tools) if wanted else None
    mounted = [one("filesystems", name, disks) for name in words(row.values.get("filesystems", ""))]
    hardware = {
        "filesystem_list": [{"filesystem_id": d.id, "filesystem_name": d.name or ""} for d in mounted if d is not None],
        "cpu": whole("cpu", _CPU),
        "memory": whole("memory", _MEMORY),
    }
    arguments = {
        column.removeprefix(_INPUT): given if isinstance(given, str | int | float | bool) else json.dumps(given)
        for column, given in row.values.items()
        if column not in _COLUMNS
    }
    if flaws or tool is None:
        return None, flaws
    name = row.text("name") or tool.name or tool.id
    what = f"a job of {tool.name or tool.id}, {hardware['cpu']} vCPU and {hardware['memory']} MB, which starts at once"
    body = {"tool": tool.id, "hardware": hardware, "arguments": arguments}
    group = json.dumps([tool.id, hardware], sort_keys=True)
    return Submission(row, plain(name, 200), plain(what, 300), body, group), flaws

"""Drafts from a table of inputs: one task a row, checked against the app's inputs and the project's files."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from tui.clock import Clock
from tui.domain.action import Accepted
from tui.domain.errors import Forbidden, NotFound, Rejected
from tui.domain.submission import Checked, Flaw, Row, Submission, words
from tui.domain.text import plain
from tui.platforms.gather import gather
from tui.platforms.http import ApiClient
from tui.platforms.sevenbridges.convert import Names, to_task
from tui.platforms.sevenbridges.ports import FILES, Port, files, ports, value
from tui.platforms.sevenbridges.wire import APP, FILES_BULK, ITEMS, TASK

__all__ = ["Submitter"]

_AT_ONCE = 4
_NAMES = 20
"""File names in one question; an address with many more is refused by some gateways."""
_HUNDRED = 100
_SETTINGS = {
    "instance_type": "string", "max_parallel_instances": "int", "use_memoization": "boolean",
    "use_elastic_disk": "boolean",
}  # fmt: skip
_COLUMNS = frozenset({"name", "project", "app", "description", "spot", "batch_input", "batch_by", *_SETTINGS})
"""Columns that are not inputs; `in.NAME` is always one."""
_INPUT = "in."


class Submitter:
    """What the rows of a file ask for, on one account."""

    starts = False
    """A draft costs nothing until it is run."""

    def __init__(self, client: ApiClient, names: Names, projects: Sequence[str], clock: Clock) -> None:
        self._client = client
        self._names = names
        self._projects = projects
        self._clock = clock

    async def check(self, rows: Sequence[Row]) -> Checked:
        """Every row against its app and its project's files; nothing is made. A call an app, one for 20 file names,
        one for 100 file ids.

        Raises:
            PlatformError: The apps or files could not be asked for.
        """
        drafts = [_Draft(row, self._projects) for row in rows]
        apps = list(dict.fromkeys(draft.app for draft in drafts if draft.app))
        known = dict(zip(apps, await gather(self._ports, apps, _AT_ONCE), strict=True))
        for draft in drafts:
            if draft.app:
                draft.read(known[draft.app])
        named = {(d.project, name) for d in drafts for name in d.names}
        ids = {id_ for d in drafts for id_ in d.ids}
        by_name = await self._by_name(sorted(named))
        gone = await self._gone(sorted(ids))
        submissions, flaws = [], list[Flaw]()
        for draft in drafts:
            draft.resolve(by_name, gone)
            if draft.flaws:
                flaws += draft.flaws
            else:
                submissions.append(draft.submission())
        return Checked(tuple(submissions), tuple(flaws))

    async def submit(self, submissions: Sequence[Submission]) -> Accepted:
        """One draft; the message says what the platform finds wrong with it. Source: `POST /tasks`; section 3.1."""
        (one,) = submissions
        doing = f"making the draft of {one.row.place}"
        answer = await self._client.act("POST", "/tasks", dict(one.body), doing=doing, into=TASK)
        task = to_task(answer.value, self._names, self._clock.now())
        said = "; ".join(str(error) for error in task.errors)
        return Accepted(task=task, new=task.ref, message=f"the draft has errors: {said}" if said else None)

    async def _ports(self, app: str) -> dict[str, Port] | str:
        """The inputs of an app, or why they cannot be had. Source: `GET /apps/{id}`."""
        try:
            path = f"/apps/{quote(app, safe='/')}"
            answer = await self._client.get(path, doing=f"reading the inputs of {app}", into=APP)
        except (NotFound, Forbidden, Rejected) as error:
            return f"the app {app} cannot be read: {error.why}; write OWNER/PROJECT/APP or OWNER/PROJECT/APP/REVISION"
        return ports(answer.value.raw or {})

    async def _by_name(self, named: Sequence[tuple[str, str]]) -> dict[tuple[str, str], list[str]]:
        """The ids of files at the top of their projects. Source: `GET /files?project=&name=`, the name repeated."""
        parts = []
        for project in dict.fromkeys(project for project, _ in named):
            names = [name for place, name in named if place == project]
            parts += [(project, names[start : start + _NAMES]) for start in range(0, len(names), _NAMES)]

        async def asked(part: tuple[str, list[str]]) -> list[tuple[str, str, str]]:
            project, names = part
            params = [("project", project), *(("name", name) for name in names), ("limit", str(_HUNDRED))]
            try:
                answer = await self._client.get("/files", params, doing=f"looking for files in {project}", into=ITEMS)
            except (NotFound, Forbidden):
                return []
            return [(project, str(row.get("name")), str(row.get("id"))) for row in answer.value.items]

        found: dict[tuple[str, str], list[str]] = {}
        for rows in await gather(asked, parts, _AT_ONCE):
            for project, name, id_ in rows:
                found.setdefault((project, name), []).append(id_)
        return found

    async def _gone(self, ids: Sequence[str]) -> frozenset[str]:
        """Which of the files are not there for us. Source: `POST /bulk/files/get`, as the official client sends it."""

        async def asked(part: Sequence[str]) -> list[str]:
            answer = await self._client.ask(
                "/bulk/files/get", {"file_ids": list(part)}, doing="looking for input files", into=FILES_BULK
            )
            there = {item.resource.id for item in answer.value.items if item is not None and item.resource is not None}
            return [id_ for id_ in part if id_ not in there]

        parts = [ids[start : start + _HUNDRED] for start in range(0, len(ids), _HUNDRED)]
        return frozenset(id_ for part in await gather(asked, parts, _AT_ONCE) for id_ in part)


class _Draft:
    """One row on its way to a body."""

    def __init__(self, row: Row, projects: Sequence[str]) -> None:
        self._row = row
        self.flaws: list[Flaw] = []
        self.app = row.text("app") or ""
        only = projects[0] if len(projects) == 1 else "/".join(self.app.split("/")[:2])
        self.project = row.text("project") or only
        self._inputs: dict[str, Any] = {}
        self._ports: Mapping[str, Port] = {}
        if not self.app:
            self._flaw("app", "which app? write a column app, or --set app=OWNER/PROJECT/APP")
        elif self.app.count("/") < 2:
            self._flaw("app", f"{plain(self.app, 80)} is not an app; write OWNER/PROJECT/APP")
            self.app = ""
        self._settings = self._read_settings()

    def _flaw(self, column: str | None, why: str) -> None:
        self.flaws.append(Flaw(self._row, column, why))

    def _read_settings(self) -> dict[str, Any]:
        found = {}
        for name, type_ in (*_SETTINGS.items(), ("spot", "boolean")):
            if (given := self._row.values.get(name)) is not None:
                try:
                    found[name] = value(Port(name, type_), given)
                except ValueError as error:
                    self._flaw(name, str(error))
        return found

    def read(self, known: Mapping[str, Port] | str) -> None:
        """The row's inputs as values of the app's ports."""
        if isinstance(known, str):
            self._flaw("app", known)
            return
        self._ports = known
        for column, given in self._row.values.items():
            if column in _COLUMNS:
                continue
            id_ = column.removeprefix(_INPUT)
            port = known.get(id_)
            if port is None:
                self._flaw(column, f"the app has no such input; it has {', '.join(known) or 'none'}")
                continue
            try:
                self._inputs[id_] = value(port, given)
            except ValueError as error:
                self._flaw(column, str(error))
        flawed = {str(flaw.column).removeprefix(_INPUT) for flaw in self.flaws}
        for port in known.values():
            if port.required and port.id not in self._inputs and port.id not in flawed:
                self._flaw(port.id, "the app needs this input")
        batch = self._row.text("batch_input")
        if batch is not None and batch not in known:
            self._flaw("batch_input", f"the app has no input {plain(batch, 80)}; it has {', '.join(known)}")

    def _files(self) -> Iterable[tuple[str, Any]]:
        for id_, found in self._inputs.items():
            if self._ports[id_].type in FILES:
                yield from ((id_, one) for one in files(found))

    @property
    def names(self) -> set[str]:
        """Names of files whose ids have to be looked for."""
        return {one for _, one in self._files() if isinstance(one, str)}

    @property
    def ids(self) -> set[str]:
        """Ids of files that have to be there."""
        return {str(one["path"]) for _, one in self._files() if isinstance(one, dict)}

    def resolve(self, by_name: Mapping[tuple[str, str], Sequence[str]], gone: frozenset[str]) -> None:
        """Put ids in the place of names; what is not there, or there twice, is a flaw."""
        for id_, one in list(self._files()):
            if isinstance(one, dict) and str(one["path"]) in gone:
                self._flaw(id_, f"there is no file {plain(str(one['path']), 80)} that this account may read")
            elif isinstance(one, str) and len(ids := by_name.get((self.project, one), ())) != 1:
                seen = f"{len(ids)} files are" if ids else "no file is"
                why = f"{seen} called {plain(one, 120)} at the top of {self.project}; write the file's id"
                self._flaw(id_, why)
        if not self.flaws:
            self._inputs = {id_: self._with_ids(id_, found, by_name) for id_, found in self._inputs.items()}

    def _with_ids(self, id_: str, found: Any, by_name: Mapping[tuple[str, str], Sequence[str]]) -> Any:
        kind = FILES.get(self._ports[id_].type)
        if kind is None:
            return found
        if isinstance(found, list):
            return [self._with_ids(id_, one, by_name) for one in found]
        if isinstance(found, str):
            return {"class": kind, "path": by_name[(self.project, found)][0], "name": found}
        return found

    def submission(self) -> Submission:
        """The body of the call, with nothing in it that the row does not say."""
        settings = {key: found for key, found in self._settings.items() if key != "spot"}
        body = {
            "name": self._row.text("name"),
            "project": self.project,
            "app": self.app,
            "description": self._row.text("description"),
            "inputs": self._inputs,
            "use_interruptible_instances": self._settings.get("spot"),
            "execution_settings": settings or None,
            **self._batch(),
        }
        name = self._row.text("name") or self.app.split("/")[2]
        kept = {key: found for key, found in body.items() if found is not None}
        return Submission(self._row, plain(name, 200), f"a draft of {self.app} in {self.project}", kept)

    def _batch(self) -> dict[str, Any]:
        """A batch by `item`, or by criteria such as `metadata.sample_id`; both members together, or none (7023)."""
        port = self._row.text("batch_input")
        if port is None:
            return {}
        by = self._row.values.get("batch_by") or "ITEM"
        if isinstance(by, dict):
            return {"batch_input": port, "batch_by": by}
        criteria = words(by)
        if [one.upper() for one in criteria] == ["ITEM"]:
            return {"batch_input": port, "batch_by": {"type": "ITEM"}}
        return {"batch_input": port, "batch_by": {"type": "CRITERIA", "criteria": criteria}}

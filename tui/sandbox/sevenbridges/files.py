"""The files of a Seven Bridges account: logs, outputs and inputs, their addresses, and the host that serves them."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from tui.sandbox.sevenbridges.refused import Refused
from tui.sandbox.sevenbridges.render import log_bytes, log_keys, stamp, task_json
from tui.sandbox.sevenbridges.script import Script

__all__ = ["Files", "StoredFile"]


class StoredFile:
    """A file that somebody has seen the id of."""

    def __init__(self, id_: str, name: str, project: str, created: datetime, data: Any, task: str | None) -> None:
        self.id = id_
        self.name = name
        self._project = project
        self._created = created
        self._data = data
        self._task = task

    @property
    def data(self) -> bytes:
        """Its bytes, the same every time."""
        return bytes(self._data())

    def shown(self, base: str) -> dict[str, Any]:
        """The file as the API describes it."""
        return {
            "href": f"{base}/files/{self.id}", "id": self.id, "type": "file", "name": self.name,
            "size": len(self.data), "project": self._project, "parent": None, "created_on": stamp(self._created),
            "modified_on": stamp(self._created), "origin": {"task": self._task}, "metadata": {}, "tags": [],
            "storage": {"type": "PLATFORM"},
        }  # fmt: skip


class Files:
    """Every file that was named in an answer, by id."""

    def __init__(self) -> None:
        self._known: dict[str, StoredFile] = {}

    def logs_of(self, script: Script) -> None:
        """The logs of a task have been named."""
        for id_, (number, kind) in log_keys(script).items():
            data = lambda n=number, k=kind: log_bytes(script, n, k)  # noqa: E731
            self._add(id_, f"{kind}.log", script, data, script.id)

    def values_of(self, script: Script, task: dict[str, Any]) -> list[StoredFile]:
        """The inputs and outputs in a task's JSON have been named; the outputs."""
        for value in _files(task.get("inputs", {}).values()):
            self._add(value["path"], value.get("name") or "input", script, lambda: b"input\n", None)
        made = list(_files(task.get("outputs", {}).values()))
        for value in made:
            self._add(value["path"], value["name"], script, lambda n=value["name"]: f"{n}\n".encode() * 9, script.id)
        return [self._known[value["path"]] for value in made]

    def produced_by(self, script: Script, base: str, now: datetime) -> list[StoredFile]:
        """What a task has produced by now."""
        return self.values_of(script, task_json(script, base, now))

    def of_project(self, project: str, names: Collection[str] = ()) -> list[StoredFile]:
        """Every known file of a project, or those with one of these names."""
        found = [f for f in self._known.values() if f.shown("")["project"] == project]
        return [f for f in found if not names or f.name in names]

    def find(self, id_: str) -> StoredFile:
        """The file, or the platform's refusal."""
        try:
            return self._known[id_]
        except KeyError:
            raise Refused(404, 5002, "Requested file does not exist.") from None

    def _add(self, id_: str, name: str, script: Script, data: Any, task: str | None) -> None:
        if id_ not in self._known:
            self._known[id_] = StoredFile(id_, name, script.project, script.created, data, task)


def _files(values: Iterable[Any]) -> Iterable[dict[str, Any]]:
    for value in values:
        if isinstance(value, list):
            yield from _files(value)
        elif isinstance(value, dict) and isinstance(value.get("path"), str):
            yield value

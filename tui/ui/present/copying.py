"""What can be copied of tasks: the texts, made from what is known; never a token."""

import json
import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from tui.domain.record import task_record
from tui.domain.task import Task

__all__ = ["WORDS", "Api", "Copy", "copies", "safe_address"]

WORDS = ("id", "ref", "url", "json", "row", "cmd", "curl", "python")
"""What `:copy` takes."""


@dataclass(frozen=True, slots=True)
class Api:
    """Where an account's platform answers."""

    platform: str
    url: str
    """The API's base."""


@dataclass(frozen=True, slots=True)
class Copy:
    """One line of the menu."""

    key: str
    word: str
    """One of `WORDS`."""
    label: str
    text: str
    """Empty where there is nothing to copy."""


def safe_address(url: str | None) -> str | None:
    """The address if a browser may get it (R16)."""
    return url if url and url.startswith(("https://", "http://")) and url.isprintable() and " " not in url else None


def copies(tasks: Sequence[Task], rows: str, apis: Mapping[str, Api], now: datetime) -> tuple[Copy, ...]:
    """Everything that can be copied of these, in the order of the menu.

    Args:
        rows: The tasks' rows as TSV.
        apis: By account.
    """

    def each(make: Callable[[Task], str | None]) -> str:
        return "\n".join(text for task in tasks if (text := make(task)))

    records = [task_record(task, now) for task in tasks]
    whole = json.dumps(records[0] if len(records) == 1 else records, indent=2, ensure_ascii=False)
    return (
        Copy("i", "id", "id", each(_id)),
        Copy("r", "ref", "reference", each(lambda task: str(task.ref))),
        Copy("u", "url", "web address", each(lambda task: safe_address(task.url))),
        Copy("o", "json", "JSON", whole),
        Copy("t", "row", "row as TSV", rows),
        Copy("d", "cmd", "taskdeck command", each(lambda task: f"taskdeck show {shlex.quote(str(task.ref))}")),
        Copy("h", "curl", "curl, the token as $TOKEN", each(lambda task: _curl(task, apis))),
        Copy("p", "python", "Python of the platform's SDK", each(lambda task: _python(task, apis))),
    )


def _id(task: Task) -> str:
    return task.ref.id if task.ref.job is None else task.ref.job


def _path(task: Task) -> str:
    """Behind the base address."""
    id_ = quote(task.ref.id, safe="")
    match task.platform:
        case "et-engine":
            job = "" if task.ref.job is None else f"/jobs/{quote(task.ref.job, safe='')}"
            return f"/batches/{id_}{job}"
        case "qarnot" if id_.startswith(("job.", "pool.")):
            kind, _, id_ = id_.partition(".")
            return f"/{kind}s/{id_}"
    return f"/tasks/{id_}"


def _curl(task: Task, apis: Mapping[str, Api]) -> str:
    api = apis.get(task.ref.account)
    if api is None:
        return ""
    header = "X-SBG-Auth-Token" if task.platform == "sevenbridges" else "Authorization"
    return f'curl -sS -H "{header}: $TOKEN" {shlex.quote(api.url + _path(task))}'


def _python(task: Task, apis: Mapping[str, Api]) -> str:
    api = apis.get(task.ref.account)
    if api is None:
        return ""
    url, id_ = repr(api.url), repr(task.ref.id)
    match task.platform:
        case "sevenbridges":
            return (
                "import os\nimport sevenbridges as sbg\n\n"
                f'api = sbg.Api(url={url}, token=os.environ["TOKEN"])\ntask = api.tasks.get(id={id_})'
            )
        case "qarnot":
            return (
                "import os\nimport qarnot\n\n"
                f'connection = qarnot.Connection(cluster_url={url}, client_token=os.environ["TOKEN"])\n'
                f"task = connection.retrieve_task({id_})"
            )
    return (
        "import et_engine  # the token is read from ET_ENGINE_API_KEY\n\n"
        f"engine = et_engine.Engine(base_url={url})\nbatch = engine.batches.connect({id_})"
    )

"""What can be copied of tasks: the texts, made from what is known; never a token."""

import json
import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from tui.domain.record import task_record
from tui.domain.task import Task
from tui.platforms.door import PLATFORMS

__all__ = ["WORDS", "Api", "Copy", "copies", "safe_address"]

WORDS = ("id", "ref", "url", "json", "row", "cmd", "curl", "python", "native")
"""What `:copy` takes."""


@dataclass(frozen=True, slots=True)
class Api:
    """Where an account's platform answers."""

    platform: str
    url: str
    """The API's base; empty where the platform has none."""


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
        Copy("h", "curl", "curl, the token as $TOKEN", each(lambda task: _snippet(task, apis, "curl"))),
        Copy("p", "python", "Python of the platform's SDK", each(lambda task: _snippet(task, apis, "python"))),
        Copy("n", "native", "the platform's own command", each(lambda task: _snippet(task, apis, "native"))),
    )


def _id(task: Task) -> str:
    return task.ref.id if task.ref.job is None else task.ref.job


def _snippet(task: Task, apis: Mapping[str, Api], word: str) -> str:
    """What the task's platform has under this word: a call, a program, its own command."""
    api = apis.get(task.ref.account)
    platform = None if api is None else PLATFORMS.get(api.platform)
    if api is None or platform is None or platform.snippets is None:
        return ""
    return next((snippet.text for snippet in platform.snippets(task, api.url) if snippet.word == word), "")

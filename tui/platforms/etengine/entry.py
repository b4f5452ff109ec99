"""What the program knows of ET Engine before an account is opened."""

import os
from urllib.parse import quote

from tui.domain.task import Task
from tui.platforms.account import Finder, Own, Reach, Snippet
from tui.platforms.entry import Entry
from tui.platforms.snippets import curl

__all__ = ["ENTRY"]

_URL = "https://api.exploretech.ai/v1"
_EXAMPLE = """\
[accounts.et]
platform = "et-engine"
token = { env = "ET_ENGINE_API_KEY" }
"""


def _read(own: Own) -> Reach:
    return Reach(own.url(_URL))


def _discover(finder: Finder) -> None:
    if key := os.environ.get("ET_ENGINE_API_KEY"):
        finder.add("et-engine", ENTRY.name, _URL, key, "environment variable ET_ENGINE_API_KEY")


def _snippets(task: Task, url: str) -> tuple[Snippet, ...]:
    job = "" if task.ref.job is None else f"/jobs/{quote(task.ref.job, safe='')}"
    python = (
        "import et_engine  # the token is read from ET_ENGINE_API_KEY\n\n"
        f"engine = et_engine.Engine(base_url={url!r})\nbatch = engine.batches.connect({task.ref.id!r})"
    )
    return (
        curl("Authorization", f"{url}/batches/{quote(task.ref.id, safe='')}{job}"),
        Snippet("python", python),
    )


ENTRY = Entry(
    name="et-engine",
    title="ET Engine",
    adapter="tui.platforms.etengine.adapter:EtEngine",
    read=_read,
    keys=("url",),
    token_at="the ET Engine web application, under API keys",
    example=_EXAMPLE,
    found_in="ET_ENGINE_API_KEY",
    discover=_discover,
    snippets=_snippets,
)

"""What the program knows of Qarnot before an account is opened."""

import os
from pathlib import Path
from urllib.parse import quote

from tui.domain.task import Task
from tui.platforms.account import Finder, Own, Reach, Snippet
from tui.platforms.entry import Entry
from tui.platforms.inifile import read_ini
from tui.platforms.snippets import curl

__all__ = ["ENTRY"]

_URL = "https://api.qarnot.com"
_EXAMPLE = """\
[accounts.lab]
platform = "qarnot"
token = { env = "QARNOT_CLIENT_TOKEN" }
"""


def _read(own: Own) -> Reach:
    return Reach(own.url(_URL))


def _discover(finder: Finder) -> None:
    """The SDK's file in the working directory, the command line's file, then the variables."""
    conf = Path("qarnot.conf")
    sections = read_ini(finder, conf, foreign_dir=True)
    client = sections.get("client", {})
    # Its address goes with its own token only: whoever wrote the file must not be sent another's.
    if token := client.get("token") or client.get("auth"):
        finder.add("qarnot", ENTRY.name, sections.get("cluster", {}).get("url") or _URL, token, str(conf))
    cli = _cli_file()
    text = None if cli is None else finder.read(cli, foreign_dir=not cli.is_absolute())
    if text is not None:
        pairs = dict(line.split("=", 1) for line in text.splitlines() if "=" in line)
        values = {key.strip(): value.strip() for key, value in pairs.items()}
        if token := values.get("token"):
            finder.add("qarnot", ENTRY.name, values.get("uri") or _URL, token, str(cli))
    if token := os.environ.get("QARNOT_CLIENT_TOKEN"):
        url = os.environ.get("QARNOT_CLUSTER_URL") or _URL
        finder.add("qarnot", ENTRY.name, url, token, "environment variable QARNOT_CLIENT_TOKEN")


def _cli_file() -> Path | None:
    """The first that exists of the places the Qarnot command line looks in."""
    named = [os.environ.get("QARNOT_LOCAL_PATH"), os.environ.get("QARNOT_GLOBAL_PATH")]
    places = [*(Path(n) for n in named if n), Path(".Qarnot/cli.config"), Path.home() / ".Qarnot" / "cli.config"]
    return next((p for p in places if p.exists()), None)


def _snippets(task: Task, url: str) -> tuple[Snippet, ...]:
    kind, dot, id_ = task.ref.id.partition(".")
    group = bool(dot) and kind in {"job", "pool"}
    path = f"/{kind}s/{quote(id_, safe='')}" if group else f"/tasks/{quote(task.ref.id, safe='')}"
    python = (
        "import os\nimport qarnot\n\n"
        f'connection = qarnot.Connection(cluster_url={url!r}, client_token=os.environ["TOKEN"])\n'
        f"task = connection.retrieve_task({task.ref.id!r})"
    )
    return curl("Authorization", url + path), Snippet("python", python)


ENTRY = Entry(
    name="qarnot",
    title="Qarnot",
    adapter="tui.platforms.qarnot.adapter:Qarnot",
    read=_read,
    keys=("url",),
    example=_EXAMPLE,
    found_in="qarnot.conf here, the Qarnot CLI's file, QARNOT_CLIENT_TOKEN",
    discover=_discover,
    snippets=_snippets,
)

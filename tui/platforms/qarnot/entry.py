"""What the program knows of Qarnot before an account is opened."""

import os
from collections.abc import Mapping
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
    """The SDK's file in the working directory, the command line's file, then the variables.

    An address goes with a token of the same place only: whoever wrote the one must not be sent the other. What the
    official tools would join is told.
    """
    conf, named = Path("qarnot.conf"), os.environ.get("QARNOT_CLUSTER_URL")
    sections = read_ini(finder, conf, foreign_dir=True)
    client, cluster = sections.get("client", {}), sections.get("cluster", {})
    held = os.environ.get("QARNOT_CLIENT_TOKEN")
    if token := client.get("token") or client.get("auth"):
        ca_file = _authority(finder, conf, cluster)
        finder.add("qarnot", ENTRY.name, cluster.get("url") or _URL, token, str(conf), ca_file=ca_file)
        if named and not cluster.get("url"):
            finder.warn(_apart(conf, "a token and no address", "QARNOT_CLUSTER_URL", _URL))
    elif held and (url := cluster.get("url")) and url.rstrip("/") != (named or _URL).rstrip("/"):
        finder.warn(_apart(conf, f"the address {url} and no token", "QARNOT_CLIENT_TOKEN", named or _URL))
    cli = _cli_file()
    text = None if cli is None else finder.read(cli, foreign_dir=not cli.is_absolute())
    if text is not None and cli is not None:
        pairs = dict(line.split("=", 1) for line in text.splitlines() if "=" in line)
        values = {key.strip(): value.strip() for key, value in pairs.items()}
        if token := values.get("token"):
            url = values.get("uri") or _URL
            finder.add("qarnot", ENTRY.name, url, token, str(cli))
            if named and named.rstrip("/") != url.rstrip("/"):
                finder.warn(_apart(cli, "a token", "QARNOT_CLUSTER_URL", url))
    if held:
        finder.add("qarnot", ENTRY.name, named or _URL, held, "environment variable QARNOT_CLIENT_TOKEN")
    if os.environ.get("QARNOT_CLUSTER_UNSAFE") in {"true", "True", "1"}:
        finder.warn("QARNOT_CLUSTER_UNSAFE switches the check of certificates off; that is not done here")


def _apart(file: Path, holds: str, variable: str, used: str) -> str:
    return (
        f"{file} holds {holds}; Qarnot's own tools would join it with {variable}, which is not done here: "
        f"{used} is asked. Name both in config.toml to join them"
    )


def _authority(finder: Finder, conf: Path, cluster: Mapping[str, str]) -> Path | None:
    """The authorities that the file names for its own address; what it switches off stays on."""
    if cluster.get("unsafe", "").lower() in {"1", "true", "yes", "on"}:
        finder.warn(f"{conf}: unsafe switches the check of certificates off; that is not done here")
    if not (named := cluster.get("custom_certificate")):
        return None
    path = Path(named)
    if not path.exists():
        finder.fail(f"{conf}: custom_certificate names {named}, which does not exist")
        return None
    return path.absolute()


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
    token_at="the Qarnot console, under API token",
    example=_EXAMPLE,
    found_in="qarnot.conf here, the Qarnot CLI's file, QARNOT_CLIENT_TOKEN",
    discover=_discover,
    snippets=_snippets,
)

"""What the program knows of Seven Bridges before an account is opened."""

import os
from pathlib import Path
from urllib.parse import quote

from tui.domain.errors import ConfigError
from tui.domain.task import Task
from tui.platforms.account import Finder, Own, Reach, Snippet
from tui.platforms.entry import Entry
from tui.platforms.inifile import read_ini
from tui.platforms.network import Proxy, checked_proxy
from tui.platforms.sevenbridges.environments import ENVIRONMENTS, environment
from tui.platforms.snippets import curl

__all__ = ["ENTRY"]

_EXAMPLE = """\
[accounts.cgc]
platform = "sevenbridges"
environment = "cgc"
token = { env = "CGC_TOKEN" }
"""


def _read(own: Own) -> Reach:
    named = own.text("environment")
    if own.text("url"):
        return Reach(own.url())
    known = ", ".join(e.name for e in ENVIRONMENTS)
    if named is None:
        raise ConfigError(f"{own.where} has neither environment nor url; environment is one of {known}")
    if (found := environment(named)) is None:
        raise ConfigError(f"{own.where}: environment is one of {known}")
    return Reach(found.api)


def _discover(finder: Finder) -> None:
    """Every section of the SDKs' credentials file, then the SDKs' variables."""
    path = Path.home() / ".sevenbridges" / "credentials"
    proxy: Proxy | None = None
    for section, values in read_ini(finder, path).items():
        url, token = values.get("api_endpoint"), values.get("auth_token")
        if url and token:
            proxy = proxy or _file_proxy(finder)
            finder.add(section, ENTRY.name, url, token, f"{path} [{section}]", proxy=proxy)
        else:
            finder.warn(f"{path}: [{section}] needs api_endpoint and auth_token; it is passed by")
    url, token = os.environ.get("SB_API_ENDPOINT"), os.environ.get("SB_AUTH_TOKEN")
    if url and token:
        finder.add("sb-env", ENTRY.name, url, token, "environment variables SB_API_ENDPOINT and SB_AUTH_TOKEN")
    elif url or token:
        here, missing = ("SB_API_ENDPOINT", "SB_AUTH_TOKEN") if url else ("SB_AUTH_TOKEN", "SB_API_ENDPOINT")
        finder.warn(f"{here} is set and {missing} is not: it is passed by, and joined with nothing of a file")


def _file_proxy(finder: Finder) -> Proxy | None:
    """The proxy that the Python SDK takes with every section of its credentials file."""
    path = Path.home() / ".sevenbridges" / "sevenbridges-python" / "config"
    value = read_ini(finder, path).get("proxies", {}).get("https_proxy")
    if not value:
        return None
    try:
        return checked_proxy(f"{path} [proxies] https_proxy", value)
    except ConfigError as error:
        finder.fail(str(error))
        return None


def _snippets(task: Task, url: str) -> tuple[Snippet, ...]:
    python = (
        "import os\nimport sevenbridges as sbg\n\n"
        f'api = sbg.Api(url={url!r}, token=os.environ["TOKEN"])\ntask = api.tasks.get(id={task.ref.id!r})'
    )
    return (
        curl("X-SBG-Auth-Token", f"{url}/tasks/{quote(task.ref.id, safe='')}"),
        Snippet("python", python),
    )


ENTRY = Entry(
    name="sevenbridges",
    title="Seven Bridges",
    adapter="tui.platforms.sevenbridges.adapter:SevenBridges",
    read=_read,
    keys=("environment", "url"),
    environments={e.name: e.title for e in ENVIRONMENTS},
    token_at="the web interface, under Developer > Authentication token",
    example=_EXAMPLE,
    found_in="~/.sevenbridges/credentials, SB_API_ENDPOINT + SB_AUTH_TOKEN",
    discover=_discover,
    snippets=_snippets,
)

"""Where the Seven Bridges family lives: API base and web interface of each environment."""

from dataclasses import dataclass
from urllib.parse import urlsplit

__all__ = ["ENVIRONMENTS", "Environment", "environment", "web_of", "web_of_environment"]


@dataclass(frozen=True, slots=True)
class Environment:
    """One installation of the same platform."""

    name: str
    """The name used in `config.toml`."""
    short: str
    """The name the R SDK uses."""
    title: str
    api: str
    web: str


ENVIRONMENTS: tuple[Environment, ...] = (
    Environment("us", "aws-us", "Seven Bridges US", "https://api.sbgenomics.com/v2", "https://igor.sbgenomics.com"),
    Environment("eu", "aws-eu", "Seven Bridges EU", "https://eu-api.sbgenomics.com/v2", "https://eu.sbgenomics.com"),
    Environment(
        "cn", "ali-cn", "Seven Bridges China", "https://api.sevenbridges.cn/v2", "https://platform.sevenbridges.cn"
    ),
    Environment(
        "cgc", "cgc", "Cancer Genomics Cloud", "https://cgc-api.sbgenomics.com/v2", "https://cgc.sbgenomics.com"
    ),
    Environment(
        "cavatica",
        "cavatica",
        "CAVATICA",
        "https://cavatica-api.sbgenomics.com/v2",
        "https://cavatica.sbgenomics.com",
    ),
    Environment(
        "bdc",
        "f4c",
        "BioData Catalyst",
        "https://api.sb.biodatacatalyst.nhlbi.nih.gov/v2",
        "https://platform.sb.biodatacatalyst.nhlbi.nih.gov",
    ),
)
"""The web addresses of EU and China follow the pattern of the others; no source states them."""

_OLD_HOSTS = {"f4c-api.sbgenomics.com": "bdc"}
"""API hosts that old documentation shows."""


def environment(name: str) -> Environment | None:
    """The environment of a name or of an SDK's short name, in any case."""
    wanted = name.lower()
    return next((e for e in ENVIRONMENTS if wanted in {e.name, e.short}), None)


def web_of(api: str) -> str | None:
    """The web interface that belongs to an API base; None for an address that is not in the table."""
    host = urlsplit(api).hostname or ""
    return next(
        (e.web for e in ENVIRONMENTS if urlsplit(e.api).hostname == host or e.name == _OLD_HOSTS.get(host)), None
    )


def web_of_environment(name: str) -> str | None:
    """The web interface of an environment of that name; None where there is none."""
    found = environment(name)
    return None if found is None else found.web

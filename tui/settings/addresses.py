"""The addresses an account has when the configuration gives none.

A copy of what the adapters know, because settings import no adapter; a test compares the two.
"""

import ipaddress
from urllib.parse import urlsplit

from tui.domain.errors import ConfigError

__all__ = ["DEFAULT_URLS", "SEVENBRIDGES", "SHORT_NAMES", "checked_url"]

SEVENBRIDGES: dict[str, str] = {
    "us": "https://api.sbgenomics.com/v2",
    "eu": "https://eu-api.sbgenomics.com/v2",
    "cn": "https://api.sevenbridges.cn/v2",
    "cgc": "https://cgc-api.sbgenomics.com/v2",
    "cavatica": "https://cavatica-api.sbgenomics.com/v2",
    "bdc": "https://api.sb.biodatacatalyst.nhlbi.nih.gov/v2",
}
"""API base by the name of `environment`."""

SHORT_NAMES: dict[str, str] = {"aws-us": "us", "aws-eu": "eu", "ali-cn": "cn", "f4c": "bdc"}
"""What the official R SDK calls them."""

DEFAULT_URLS: dict[str, str] = {
    "qarnot": "https://api.qarnot.com",
    "et-engine": "https://api.exploretech.ai/v1",
}
"""API base of the platforms that have only one."""


def checked_url(url: str, where: str) -> str:
    """An API base without its trailing slash; `http` only for this machine (R3).

    Raises:
        ConfigError: It is no such address.
    """
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        raise ConfigError(f"{where}: url is no web address") from None
    if parts.scheme not in {"https", "http"} or not host or parts.query or parts.fragment or "@" in parts.netloc:
        raise ConfigError(f"{where}: url is no plain web address; write https://HOST/PATH")
    if parts.scheme == "http" and not _is_loopback(host):
        raise ConfigError(f"{where}: url would send the token in clear text; write https://")
    return url.rstrip("/")


def _is_loopback(host: str) -> bool:
    """Whether a host is this machine, by its name or as a number; `127.evil.example` is somebody's name."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False

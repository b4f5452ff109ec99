"""The proxy and the certificate authorities that a machine's owner set: as the platforms' own SDKs would take them.

Those are built on `requests`: a proxy of the environment goes before one of an SDK's file, `NO_PROXY` may hold
networks, `REQUESTS_CA_BUNDLE` goes before `CURL_CA_BUNDLE`. What names this machine is never led through a proxy.
"""

import ipaddress
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

from tui.domain.errors import ConfigError
from tui.platforms.address import is_loopback

if TYPE_CHECKING:
    import ssl

__all__ = ["BUNDLES", "PROXIES", "Bundle", "Proxy", "bundle", "checked_proxy", "distrust", "proxy_for", "remedies"]

PROXIES = ("ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY")
"""Variables that name a proxy, in small letters too."""
BUNDLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR")
"""Variables that name certificate authorities: the first that is set holds."""


@dataclass(frozen=True, slots=True)
class Proxy:
    """What leads to the world."""

    address: str
    """With its scheme; it may hold a password."""
    origin: str
    """The variable or file that names it."""
    chosen: bool = False
    """It was named for the account itself, and goes before the environment's."""

    def __str__(self) -> str:
        """For a person, without name and password: `http://proxy:3128 (HTTPS_PROXY)`."""
        parts = urlsplit(self.address)
        host = f"[{parts.hostname}]" if parts.hostname and ":" in parts.hostname else parts.hostname
        return f"{parts.scheme}://{host}{f':{parts.port}' if parts.port else ''} ({self.origin})"


@dataclass(frozen=True, slots=True)
class Bundle:
    """Authorities that certificates are checked against, in place of those that come with the program."""

    path: Path
    """A PEM file, or a directory of them."""
    origin: str

    def __str__(self) -> str:
        return f"{self.path} ({self.origin})"


def checked_proxy(name: str, value: str) -> Proxy:
    """The proxy that a variable or a file's key names.

    Raises:
        ConfigError: It is not the address of an http proxy. The value is not quoted: it may hold a password.
    """
    address = value if "://" in value else f"http://{value}"
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
        if host and ":" in host:
            ipaddress.ip_address(host)
    except ValueError:
        raise ConfigError(f"{name} is not the address of a proxy; write http://HOST:PORT or unset it") from None
    if parts.scheme not in {"http", "https"}:
        raise ConfigError(f"{name} is not an http proxy, and no other is supported; write http://HOST:PORT or unset it")
    if not host:
        raise ConfigError(f"{name} names no host; write http://HOST:PORT or unset it")
    return Proxy(address, name)


def proxy_for(scheme: str, host: str, port: int | None = None, own: Proxy | None = None) -> Proxy | None:
    """What leads to a host: one chosen for the account, the environment's, that of an SDK's file; None for straight.

    Raises:
        ConfigError: The environment's is not the address of a proxy.
    """
    from urllib.request import getproxies  # here, and not above: this is start-up time

    if is_loopback(host):
        return None
    if own is not None and own.chosen:
        return own
    if not _bypassed(host, port):
        known = getproxies()
        for kind in (scheme, "all"):
            if value := known.get(kind):
                names = (f"{kind}_proxy", f"{kind.upper()}_PROXY")
                return checked_proxy(next((n for n in names if os.environ.get(n)), "the system's settings"), value)
    return own


def _bypassed(host: str, port: int | None) -> bool:
    listed = os.environ.get("no_proxy") or os.environ.get("NO_PROXY") or ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        address = None
    for entry in filter(None, listed.replace(" ", "").split(",")):
        bare = entry.lstrip(".").lower()
        if entry == "*" or bare in {host, f"{host}:{port}"}:
            return True
        if address is None and (host.endswith(f".{bare}") or f"{host}:{port}".endswith(f".{bare}")):
            return True
        if address is not None and _in_network(address, entry):
            return True
    from urllib.request import proxy_bypass

    return bool(proxy_bypass(host))


def _in_network(address: ipaddress.IPv4Address | ipaddress.IPv6Address, entry: str) -> bool:
    try:
        return address in ipaddress.ip_network(entry, strict=False)
    except ValueError:
        return False


def bundle(ca_file: Path | None = None) -> Bundle | None:
    """The authorities to trust: the account's own, else those of the first variable that is set. A variable that names
    nothing is passed by here; `cli.environment` has said so before."""
    if ca_file is not None:
        return Bundle(ca_file, "ca_file")
    for name in BUNDLES:
        if (value := os.environ.get(name)) and (path := Path(value)).exists():
            return Bundle(path, name)
    return None


def distrust(error: BaseException) -> "ssl.SSLCertVerificationError | None":
    """The refusal of a certificate that is behind an error, if there is one."""
    import ssl

    return next((e for e in _behind(error) if isinstance(e, ssl.SSLCertVerificationError)), None)


def _behind(error: BaseException) -> Iterator[BaseException]:
    seen, found = 0, cast(BaseException | None, error)
    while found is not None and seen < 20:
        yield found
        seen, found = seen + 1, found.__cause__ or found.__context__


def remedies(refused: "ssl.SSLCertVerificationError", host: str, checked: Bundle | None, proxy: Proxy | None) -> str:
    """Whose certificate was refused, why, and the two ways to trust an institute's own authority."""
    why = refused.verify_message or str(refused)
    against = f", checked against {checked}" if checked else ""
    through = f", through the proxy {proxy}" if proxy else ""
    return (
        f"the certificate of {host} is not trusted: {why}{against}{through}; where your institute has its own "
        "authority, name its PEM file with ca_file in the account's table, or in REQUESTS_CA_BUNDLE"
    )

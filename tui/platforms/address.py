"""The address that an account's token is bound to, and what lies below it (R1, R2, R3)."""

from dataclasses import dataclass
from ipaddress import ip_address
from typing import Protocol

from tui.domain.errors import ConfigError

__all__ = ["Base", "Url", "is_loopback"]


def is_loopback(host: str | None) -> bool:
    """Whether a host name can only mean this machine; `127.example.org` is a name like any other."""
    try:
        return host == "localhost" or ip_address(host or "").is_loopback
    except ValueError:
        return False


class Url(Protocol):
    """An address as the HTTP library, which sends to it, reads it: two readers could be led to two places."""

    @property
    def scheme(self) -> str:
        """In lower case."""

    @property
    def host(self) -> str:
        """As a person reads it."""

    @property
    def raw_host(self) -> bytes:
        """As it is looked up."""

    @property
    def port(self) -> int | None:
        """None for the scheme's own."""

    @property
    def path(self) -> str:
        """Decoded."""

    @property
    def raw_path(self) -> bytes:
        """As it is sent, with the query."""

    @property
    def query(self) -> bytes:
        """Empty where there is none."""

    @property
    def fragment(self) -> str:
        """Empty where there is none."""

    @property
    def userinfo(self) -> bytes:
        """Empty where there is none."""


def _origin(url: Url) -> tuple[str, str, int]:
    """Scheme, host and port."""
    return url.scheme, url.raw_host.decode("ascii"), url.port or {"https": 443, "http": 80}.get(url.scheme, 0)


@dataclass(frozen=True, slots=True)
class Base:
    """An account's base address."""

    text: str
    """Without a slash at its end."""
    host: str
    path: str
    raw_path: bytes
    origin: tuple[str, str, int]

    @classmethod
    def of(cls, account: str, text: str, url: Url) -> "Base":
        """The base that stands in the configuration of `account` as `text`.

        Raises:
            ConfigError: It is not the address of an API, or would send the token in clear text.
        """
        if url.scheme not in {"https", "http"} or not url.host or url.query or url.fragment or url.userinfo:
            raise ConfigError(f"{account}: url is not a plain web address; write https://HOST/PATH")
        if url.scheme == "http" and not is_loopback(url.host):
            raise ConfigError(f"{account}: url {text!r} would send the token in clear text; write https://...")
        raw = url.raw_path if url.path.endswith("/") else url.raw_path + b"/"
        _, host, _ = origin = _origin(url)
        return cls(text, host, url.path.rstrip("/"), raw, origin)

    @property
    def local(self) -> bool:
        """On this machine."""
        return is_loopback(self.host)

    def holds(self, url: Url) -> bool:
        """On our origin, at or below our base, without a way up."""
        inside = url.path == self.path or url.path.startswith(self.path + "/")
        return _origin(url) == self.origin and inside and not {"..", "."} & set(url.path.split("/"))

    def below(self, url: Url) -> str | None:
        """The path and query of an address below the base, relative to it; None for every other."""
        if not self.holds(url) or url.userinfo or not url.path.startswith(self.path + "/"):
            return None
        below = url.raw_path.decode("ascii")[len(self.raw_path) - 1 :]
        return below if below.startswith("/") else None

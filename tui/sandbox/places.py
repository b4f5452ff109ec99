"""Where each account of the sandbox is: known before its world is made, so that an interface can start beside it."""

from dataclasses import dataclass

from tui.sandbox.shares import PLATFORMS

__all__ = ["PLACES", "Place", "accounts"]

_BASES = {"sevenbridges": ("/v2", ""), "qarnot": ("", ""), "et-engine": ("", "/v1")}
"""What each platform's address ends in: the part that is mounted, and the part that the API itself takes off."""


@dataclass(frozen=True, slots=True)
class Place:
    """One account's API below the sandbox's own address."""

    name: str
    platform: str

    @property
    def path(self) -> str:
        """Where its API is mounted."""
        return f"/{self.platform}/{self.name}{_BASES[self.platform][0]}"

    @property
    def address(self) -> str:
        """What is asked."""
        return self.path + _BASES[self.platform][1]

    @property
    def token(self) -> str:
        """What it is asked with."""
        return f"sandbox-{self.name}"


PLACES = tuple(Place(name, platform) for name, platform in PLATFORMS.items())
"""In the order in which they are listed."""


def accounts(base: str) -> list[dict[str, str]]:
    """Name, platform, url and token of each account, for a base such as `http://127.0.0.1:8000`."""
    return [{"name": p.name, "platform": p.platform, "url": f"{base}{p.address}", "token": p.token} for p in PLACES]

"""The accounts of the sandbox: where each is, and how many of the world's tasks it has at the start. Known before the
world is made, so that an interface can start beside it."""

from dataclasses import dataclass

__all__ = ["CLUSTER", "CLUSTER_PLATFORM", "PLACES", "PLATFORMS", "Place", "accounts", "shares", "submissions"]

PLATFORMS = {
    "cgc": "sevenbridges", "cavatica": "sevenbridges", "lab": "qarnot", "render": "qarnot", "et": "et-engine",
}  # fmt: skip
"""Every account of the world, and what it is an account of."""
_PERCENT = {"lab": 20, "render": 12, "et": 8}
_MOST = {"lab": 600, "render": 600, "et": 200}
"""Quotas keep real accounts small there; what is over goes to Seven Bridges."""
_FIRST = ("cgc", "lab", "et", "cavatica")
"""Who has a task where there are fewer than accounts: each platform before any has a second."""
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


CLUSTER, CLUSTER_PLATFORM = "hpc", "slurm"
"""The account that is reached by commands instead of an address."""
_JOBS = 6, 60, 400
"""Of the world's tasks so many percent are submissions there besides; at least, and at most."""


def submissions(tasks: int) -> int:
    """How many there are on the cluster at the start."""
    percent, least, most = _JOBS
    return 0 if tasks == 0 else max(least, min(most, tasks * percent // 100))


def accounts(base: str) -> list[dict[str, str]]:
    """Name, platform, url and token of each account, for a base such as `http://127.0.0.1:8000`."""
    return [{"name": p.name, "platform": p.platform, "url": f"{base}{p.address}", "token": p.token} for p in PLACES]


def shares(tasks: int) -> dict[str, int]:
    """Each account's part of `tasks`; they add up, and with five or more nobody goes without."""
    if tasks < len(PLATFORMS):
        return {name: int(name in _FIRST[:tasks]) for name in PLATFORMS}
    parts = {name: min(_MOST[name], max(1, tasks * percent // 100)) for name, percent in _PERCENT.items()}
    left = tasks - sum(parts.values())
    cavatica = max(1, left // 3)
    return {"cgc": left - cavatica, "cavatica": cavatica} | parts

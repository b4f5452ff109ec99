"""How many of the world's tasks each account has at the start."""

__all__ = ["PLATFORMS", "shares"]

PLATFORMS = {
    "cgc": "sevenbridges", "cavatica": "sevenbridges", "lab": "qarnot", "render": "qarnot", "et": "et-engine",
}  # fmt: skip
"""Every account of the world, and what it is an account of."""
_PERCENT = {"lab": 20, "render": 12, "et": 8}
_MOST = {"lab": 600, "render": 600, "et": 200}
"""Quotas keep real accounts small there; what is over goes to Seven Bridges."""
_FIRST = ("cgc", "lab", "et", "cavatica")
"""Who has a task where there are fewer than accounts: each platform before any has a second."""


def shares(tasks: int) -> dict[str, int]:
    """Each account's part of `tasks`; they add up, and with five or more nobody goes without."""
    if tasks < len(PLATFORMS):
        return {name: int(name in _FIRST[:tasks]) for name in PLATFORMS}
    parts = {name: min(_MOST[name], max(1, tasks * percent // 100)) for name, percent in _PERCENT.items()}
    left = tasks - sum(parts.values())
    cavatica = max(1, left // 3)
    return {"cgc": left - cavatica, "cavatica": cavatica} | parts

"""How many tasks the sandbox has, over all of its accounts, as their own APIs tell."""

import httpx
import pytest

from tests.support.sandbox import still
from tui.sandbox.app import Sandbox
from tui.sandbox.places import PLACES, PLATFORMS, shares


async def counted(world: Sandbox) -> dict[str, int]:
    """Each account's tasks: top-level ones on Seven Bridges, tasks on Qarnot, batches on ET Engine."""
    counts = {}
    transport = httpx.ASGITransport(world.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        for account in PLACES:
            base = account.address
            headers = {"X-SBG-Auth-Token": account.token, "Authorization": account.token}
            match account.platform:
                case "sevenbridges":
                    answer = await client.get(f"{base}/tasks", params={"limit": 1}, headers=headers)
                    counts[account.name] = int(answer.headers["X-Total-Matching-Query"])
                case "qarnot":
                    counts[account.name] = len((await client.get(f"{base}/tasks/summaries", headers=headers)).json())
                case _:
                    counts[account.name] = len((await client.get(f"{base}/batches", headers=headers)).json())
    return counts


@pytest.mark.parametrize("tasks", [0, 1, 3, 5, 7, 13, 120, 2_000, 100_000])
async def test_the_accounts_add_up(tasks: int) -> None:
    """However many are asked for, the accounts of all platforms together have just as many."""
    counts = await counted(still(tasks=tasks))
    assert list(counts) == list(PLATFORMS)
    assert sum(counts.values()) == tasks
    assert counts == shares(tasks)


def test_nobody_goes_without_where_there_are_enough() -> None:
    """From five on each account has a task; with three each platform has one; the usual world is cut 40:20:20:12:8."""
    assert all(min(shares(tasks).values()) >= 1 and sum(shares(tasks).values()) == tasks for tasks in range(5, 400))
    assert {PLATFORMS[name] for name, count in shares(3).items() if count} == set(PLATFORMS.values())
    assert shares(2_000) == {"cgc": 800, "cavatica": 400, "lab": 400, "render": 240, "et": 160}


async def test_an_empty_world_stays_empty() -> None:
    """A day later there is nothing either: nobody but the user makes tasks there."""
    world = still(tasks=0)
    world.clock.advance(86_400)
    assert sum((await counted(world)).values()) == 0

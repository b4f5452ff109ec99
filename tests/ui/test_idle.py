"""What the interface does while nothing happens (R53)."""

import asyncio

from tests.support.virtual_app import alive, living
from tests.support.waiting import calls_until

SECONDS = 300


@living
async def test_r53_with_no_poll_due_a_second_calls_little() -> None:
    """Five minutes in which nobody asks and nobody types: ages, titles and clocks are all that is left to do.

    Three thousandths of a core are some 10,000 calls a second. `python -m tests.bench P6` measures the processor time.
    """
    async with alive(tasks=90) as at:
        for _ in range(20):
            await asyncio.sleep(1)
            if all(feed.complete for feed in at.app.snapshot.feeds.values()):
                break
        await at.press("a")
        assert "paused" in at.shown
        await asyncio.sleep(10)
        asked = at.app.snapshot.serial
        used = await calls_until(asyncio.sleep(SECONDS))
        assert at.app.snapshot.serial == asked
        assert used < 2_500 * SECONDS

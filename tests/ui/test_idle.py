"""What the interface costs while nothing happens (R53)."""

import asyncio
import time

from tests.ui.living import alive, living


@living
async def test_r53_with_no_poll_due_it_uses_less_than_three_thousandths_of_a_core() -> None:
    """Five minutes in which nobody asks and nobody types: ages, titles and clocks are all that is left to do."""
    async with alive(tasks=90) as at:
        for _ in range(20):
            await asyncio.sleep(1)
            if all(feed.complete for feed in at.app.snapshot.feeds.values()):
                break
        await at.press("a")
        assert "paused" in at.shown
        await asyncio.sleep(10)
        seconds, begun, asked = 300, time.process_time(), at.app.snapshot.serial
        await asyncio.sleep(seconds)
        used = time.process_time() - begun
        assert at.app.snapshot.serial == asked
        assert used < 0.003 * seconds, f"{used:.2f} s of processor time in {seconds} s"

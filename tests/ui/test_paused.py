"""What a paused list shows while time goes on."""

from tests.support.app import table


async def test_a_paused_list_stands_still_and_says_since_when() -> None:
    """No age goes on, so nothing is sent to the terminal; what is asked for once is shown with its own time."""
    async with table(size=(160, 48)) as at:
        await at.press("a")
        before = at.shown
        assert "paused at 11:02:09" in before
        at.sandbox.clock.advance(60)
        at.list.panes.tick()
        await at.pilot.pause()
        assert at.shown.splitlines()[:40] == before.splitlines()[:40]
        await at.press("r")
        await at.until(lambda: "paused at 11:03:09" in at.shown, "the answer")
        await at.press("a")
        assert "paused" not in at.shown.splitlines()[0]

"""One of a thing is said as one."""

from tests.support.app import table


async def test_u14_one_is_not_said_as_several() -> None:
    async with table(tasks=30) as at:
        at.app.copy("x" * 100)
        await at.until(lambda: "1 line, 100 characters" in at.shown, "what was copied")
        await at.press("9")
        assert "there is no account 9; 2 accounts can be shown" in at.shown

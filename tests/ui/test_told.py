"""What was said can be read again, however little room it had and wherever it stood."""

from tests.support.app import table

WIDE = "saved 2,001 rows in a folder whose name takes most of a line of 80 cells"
LONG = "cgc:0a1b: not sent, the platform answered that this project has no funds left for more than four instances"


async def test_u14_a_message_has_the_whole_line_and_stays_under_the_exclamation_mark() -> None:
    """Also one that came while failures were announced beside it, and one that stood on another screen as a toast."""
    async with table(rare=True) as at:
        at.list.query_of.new.update(task.ref for task in list(at.list.listing.tasks.values())[:3])
        at.list.panes.draw()
        assert "3 new failures  n next" in at.shown
        at.app.say(WIDE, "warn")
        await at.pilot.pause()
        assert WIDE in at.shown
        at.app.say(LONG, "bad")
        at.app.say("first\nof two", "dim")
        await at.press("enter")
        at.app.screen.panes.say("nothing found")  # type: ignore[attr-defined]
        await at.press("exclamation_mark")
        dialog = (line.split("│")[1] for line in at.shown.split("\n") if line.count("│") > 1)
        words = " ".join(" ".join(dialog).split())
        assert "messages, the newest first" in words
        assert " ".join(LONG.split()) in words
        assert words.index("nothing found") < words.index(LONG) < words.index(WIDE)

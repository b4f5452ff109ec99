"""The log view by keys."""

from textual.app import ComposeResult
from textual.strip import Strip

from tests.support.memory_deck import LOG
from tests.support.screens import Themed
from tui.domain.log import LogPart
from tui.ui.log.view import LogView


class LogApp(Themed):
    def compose(self) -> ComposeResult:
        yield LogView()

    @property
    def view(self) -> LogView:
        return self.query_one(LogView)


def rows(view: LogView) -> list[str]:
    """The lines on screen, without the map of the whole log at the right edge."""
    return [view.render_line(y).text.rstrip().removesuffix("━").rstrip() for y in range(view.size.height)]


async def test_l06_a_map_at_the_edge_shows_where_the_log_holds_errors_and_only_the_word_is_coloured() -> None:
    """The one error is in the middle of the log, so the sign stands in the middle of the edge."""
    app = LogApp()
    async with app.run_test(size=(80, 24)) as pilot:
        lines = [b"step %d\n" % n for n in range(1_000)]
        lines[500] = b"ERROR disk is full\n"
        log = b"".join(lines)
        app.view.add(LogPart(log, 0, len(log)))
        await pilot.pause()
        await pilot.pause()
        marked = [y for y in range(24) if app.view.render_line(y).text.rstrip().endswith("━")]
        assert marked == [12]
        app.view.jump(500)
        await pilot.pause()
        row = next(app.view.render_line(y) for y in range(24) if "disk is full" in app.view.render_line(y).text)
        colours = {s.text.strip(): s.style.color for s in row if s.style is not None and s.text.strip()}
        assert colours["ERROR"] != colours["disk is full"]


async def test_opens_at_the_end_and_upward_moves_stop_following() -> None:
    app = LogApp()
    async with app.run_test(size=(80, 24)) as pilot:
        app.view.follow = True
        app.view.add(LogPart(LOG, 0, len(LOG)))
        for _ in range(50):
            if rows(app.view)[-1].endswith("Killed"):
                break
            await pilot.pause()
        assert rows(app.view)[-1].endswith("Killed")
        await pilot.press("k")
        assert not app.view.follow
        assert not rows(app.view)[-1].endswith("Killed")


async def test_filter_shows_only_lines_that_match_with_their_own_numbers() -> None:
    app = LogApp()
    async with app.run_test(size=(80, 24)) as pilot:
        app.view.add(LogPart(LOG, 0, len(LOG)))
        app.view.only = "step 299\\d"
        await pilot.pause()
        assert rows(app.view)[0].startswith(" 2991 ")
        assert rows(app.view)[9].startswith(" 3000 ")
        assert rows(app.view)[10] == ""


async def test_jump_marks_a_line_and_steps_go_round() -> None:
    app = LogApp()
    async with app.run_test(size=(80, 24)) as pilot:
        app.view.add(LogPart(LOG, 0, len(LOG)))
        await pilot.pause()
        lines = [*app.view.warnings, *app.view.errors]
        app.view.step(lines, -1)
        await pilot.pause()
        assert app.view.marked == 3002
        app.view.step(lines, 1)
        assert app.view.marked == 3000


async def test_wrap_shows_every_character_of_a_long_line() -> None:
    app = LogApp()
    async with app.run_test(size=(40, 10)) as pilot:
        app.view.wrap = True
        app.view.add(LogPart(b"\x1b[31m" + b"0123456789" * 9 + b"\nend\n", 0, None))
        await pilot.pause()
        shown = "".join(row[6:] for row in rows(app.view)[:4])
        assert shown.startswith("0123456789" * 9)


async def test_wrapping_at_the_end_goes_on_to_show_the_end_and_a_cut_line_says_so() -> None:
    """The last line is what was looked at; where it is cut its last cell is `~`."""
    app = LogApp()
    async with app.run_test(size=(80, 24)) as pilot:
        log = b"".join(b"step %d\n" % n for n in range(60)) + b"word " * 100 + b"last\n"
        app.view.add(LogPart(log, 0, len(log)))
        await pilot.pause()
        await pilot.pause()
        assert rows(app.view)[-1].endswith("~")
        assert "~" not in rows(app.view)[-2]
        app.view.wrap = True
        await pilot.pause()
        await pilot.pause()
        assert rows(app.view)[-1].rstrip().endswith("last")


async def test_the_scrollbar_hides_no_letter_of_a_wrapped_line() -> None:
    """Each part of the line ends before it."""
    app = LogApp()
    async with app.run_test(size=(80, 24)) as pilot:
        long = "".join(f"{n:05}" for n in range(60))
        log = b"".join(b"step %d\n" % n for n in range(60)) + long.encode() + b"\n"
        app.view.wrap = True
        app.view.add(LogPart(log, 0, len(log)))
        await pilot.pause()
        await pilot.pause()
        region = app.view.scrollable_content_region
        assert region.width < app.view.size.width
        parts = [row[: region.width].split()[-1] for row in rows(app.view) if "step" not in row]
        assert "".join(parts) == long


async def test_earlier_parts_leave_the_eye_where_it_is() -> None:
    app = LogApp()
    async with app.run_test(size=(80, 24)) as pilot:
        half = LOG.index(b"\n", len(LOG) // 2) + 1
        app.view.add(LogPart(LOG[half:], half, len(LOG)))
        await pilot.pause()
        app.view.scroll_to(y=5, animate=False)
        await pilot.pause()
        before = [row.split(maxsplit=1)[1] for row in rows(app.view)]
        app.view.add(LogPart(LOG[:half], 0, len(LOG)))
        await pilot.pause()
        await pilot.pause()
        assert [row.split(maxsplit=1)[1] for row in rows(app.view)] == before


async def test_r13_no_escape_reaches_a_strip() -> None:
    app = LogApp()
    async with app.run_test(size=(80, 24)) as pilot:
        app.view.add(LogPart(b"\x1b]52;c;AAAA\x07 [/nope] \xff\xe2\x80\xae\n", 0, None))
        await pilot.pause()
        strip: Strip = app.view.render_line(0)
        assert "\x1b" not in strip.text
        assert "[/nope]" in strip.text

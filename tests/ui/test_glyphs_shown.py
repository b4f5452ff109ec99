"""What reaches the terminal is in the one table of signs."""

import pytest

from tests.support.app import table
from tui.settings.model import Display
from tui.ui.present.glyphs import ASCII
from tui.ui.terminal.line_filters import to_ascii


@pytest.mark.parametrize("size", [(80, 24), (160, 48)], ids=["80x24", "160x48"])
async def test_look_1_the_list_draws_no_sign_outside_the_table(size: tuple[int, int]) -> None:
    async with table(tasks=40, size=size) as at:
        await at.press("j", "space", "j")
        drawn = {char for char in at.shown if char > "~"}
        assert {"●", "━", "▌", "◆"} <= drawn
        assert drawn <= ASCII.keys()
        assert all(to_ascii(char) == ASCII[char] for char in drawn)


async def test_look_8_with_ascii_glyphs_nothing_above_the_tilde_is_drawn() -> None:
    async with table(tasks=40) as at:
        at.app.use_display(Display(glyphs="ascii"))
        filters = at.app.get_line_filters()
        await at.press("j")
        lines = at.app.screen._compositor.render_strips()
        ground = at.app.screen.background_colors[1]
        for line in lines:
            text = "".join(segment.text for segment in line.apply_filter(filters[-1], ground))
            assert max(text, default=" ") <= "~"

"""Every text can be read on every paper of its theme."""

import pytest
from textual.app import App
from textual.color import Color

from tui.settings.looks import THEMES
from tui.ui.themes import TEXT_ROLES, palettes, themes


def contrast(one: str, other: str) -> float:
    def luminance(text: str) -> float:
        def linear(part: float) -> float:
            return part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4

        r, g, b = (linear(part) for part in Color.parse(text).normalized)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_settings_name_exactly_our_themes() -> None:
    assert tuple(themes()) == THEMES


@pytest.mark.parametrize("name", THEMES)
def test_every_text_colour_stands_out_from_every_paper(name: str) -> None:
    app: App[None] = App()
    app.register_theme(themes()[name])
    app.theme = name
    variables = app.get_css_variables()
    for text in TEXT_ROLES:
        least = 7.0 if name == "contrast" or text == "ink" else 4.5
        for paper in ("background", "surface"):
            found = contrast(variables[text], variables[paper])
            assert found >= least, f"{text} on {paper}: {found:.2f}"
    assert contrast(variables["block-cursor-foreground"], variables["block-cursor-background"]) >= 7.0


@pytest.mark.parametrize("name", THEMES)
def test_a_row_under_the_cursor_and_the_strip_can_be_read(name: str) -> None:
    """Ink on the band; the red column on both grounds of the strip; tracks and lines on the paper."""
    roles = palettes()[name]
    assert contrast(roles.ink, roles.band) >= 7.0
    assert min(contrast(roles.fail, ground) for ground in (roles.bdone, roles.brun)) >= 3.0
    assert contrast(roles.faint, roles.paper) >= 2.5
    assert contrast(roles.rule, roles.paper) >= 1.3


def test_without_red_against_green_done_is_blue() -> None:
    done = Color.parse(palettes()["deuteran"].done)
    assert done.b > done.g > done.r

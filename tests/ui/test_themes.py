"""Every text can be read on every paper of its theme."""

import pytest
from textual.app import App
from textual.color import Color

from tui.settings.looks import THEMES
from tui.ui.themes import TEXT_ROLES, themes


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
    least = 7.0 if name == "contrast" else 4.5
    texts = [*(f"text-{role}" for role in TEXT_ROLES), "foreground", "success-darken-1"]
    for text in texts:
        for paper in ("background", "surface"):
            found = contrast(variables[text], variables[paper])
            assert found >= least, f"{text} on {paper}: {found:.2f}"
    assert contrast(variables["block-cursor-foreground"], variables["block-cursor-background"]) >= least


def test_without_red_against_green_done_is_blue() -> None:
    variables = themes()["deuteran"].variables
    done = Color.parse(variables["success-darken-1"])
    assert done.b > done.g > done.r

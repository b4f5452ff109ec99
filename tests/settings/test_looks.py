"""What a terminal is found to be able to do, and what goes before what."""

import pytest

from tui.domain.errors import UsageError
from tui.settings.looks import Looks, check_terminal, looks_of
from tui.settings.model import Display


def looks(display: Display | None = None, **environment: str) -> Looks:
    return looks_of(display or Display(), {"TERM": "xterm-256color", **environment})


@pytest.mark.parametrize(
    ("setting", "environment", "colour"),
    [
        ("auto", {}, True),
        ("auto", {"NO_COLOR": "1"}, False),
        ("auto", {"NO_COLOR": ""}, True),
        ("always", {"NO_COLOR": "1"}, True),
        ("never", {}, False),
        ("never", {"TASKDECK_COLOR": "always"}, True),
        ("always", {"TASKDECK_COLOR": "never"}, False),
        ("auto", {"TASKDECK_COLOR": "always", "NO_COLOR": "1"}, True),
        ("auto", {"TASKDECK_COLOR": "mauve"}, True),
    ],
)
def test_our_variable_goes_before_the_setting_and_the_setting_before_no_color(
    setting: str, environment: dict[str, str], colour: bool
) -> None:
    assert looks(Display(color=setting), **environment).color is colour


@pytest.mark.parametrize(
    ("environment", "only_ascii"),
    [
        ({"LANG": "en_US.UTF-8"}, False),
        ({"LANG": "C.utf8"}, False),
        ({"LANG": "de_DE.ISO-8859-1"}, True),
        ({"LC_ALL": "C", "LANG": "en_US.UTF-8"}, True),
        ({"LC_CTYPE": "C.UTF-8", "LANG": "C"}, True),
        ({"LC_CTYPE": "UTF-8"}, False),
        ({"LANG": "en_US.UTF-8", "TERM": "linux"}, True),
        ({}, False),
    ],
)
def test_a_locale_that_is_not_utf_8_and_the_linux_console_get_ascii(
    environment: dict[str, str], only_ascii: bool
) -> None:
    found = looks(**environment)
    assert found.ascii is only_ascii
    assert ("ascii" in found.origins) is only_ascii
    assert looks(Display(ascii="never"), **environment).ascii is False


def test_over_ssh_the_mouse_is_the_terminals_and_little_is_drawn() -> None:
    near, far = looks(), looks(SSH_TTY="/dev/pts/3")
    assert (near.mouse, near.frames) == (True, None)
    assert (far.mouse, far.frames) == (False, 15)
    assert far.origins["mouse"] == "ssh"
    assert looks(Display(mouse="always"), SSH_TTY="/dev/pts/3").mouse
    assert looks(TASKDECK_REDUCED_MOTION="1").calm


def test_a_light_background_gets_the_light_theme_where_the_user_chose_none() -> None:
    assert looks(COLORFGBG="0;15").theme == "light"
    assert looks(COLORFGBG="15;default;0").theme == "dark"
    assert looks(Display(theme="deuteran"), COLORFGBG="0;15").theme == "deuteran"


@pytest.mark.parametrize("term", ["", "dumb"])
def test_a_dumb_terminal_is_refused_with_what_to_type_instead(term: str) -> None:
    with pytest.raises(UsageError, match="taskdeck tasks"):
        check_terminal({"TERM": term})
    check_terminal({"TERM": "vt100"})


def test_look_8_over_ssh_the_cursor_is_a_chip_without_its_band_unless_the_user_wants_it() -> None:
    assert looks().band
    assert not looks(SSH_TTY="/dev/pts/9").band
    assert looks(Display(cursor="band"), SSH_TTY="/dev/pts/9").band
    assert not looks(Display(cursor="chip")).band


def test_look_8_glyphs_go_before_the_locale() -> None:
    assert looks(Display(glyphs="ascii"), LANG="C.UTF-8").ascii
    assert not looks(Display(glyphs="full"), LANG="C").ascii
    assert looks(Display(glyphs="basic")).basic
    assert looks(LANG="C").ascii

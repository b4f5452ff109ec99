"""Streams that are closed, full or no terminal, and variables that have no meaning (issue 9, point 4)."""

import pytest

from tests.support.interface import ME, alternate, interface
from tui.cli.environment import check_textual
from tui.domain.errors import ConfigError

WORDS = " ".join(ME)


def shell(redirected: str, words: str = WORDS) -> tuple[str, ...]:
    """The program with its streams led elsewhere."""
    return "sh", "-c", f"exec {words} {redirected}"


@pytest.mark.parametrize("redirected", ["<&-", "</dev/null", ">/dev/full", ">/dev/null"])
def test_t04_without_a_terminal_on_both_sides_one_line_says_so(redirected: str) -> None:
    """Status 2, and nothing is drawn anywhere."""
    with interface(shell(redirected)) as terminal:
        assert terminal.wait() == 2
        assert terminal.output.count(b"\n") == 1
        assert b"the interface needs a terminal" in terminal.output


@pytest.mark.parametrize("redirected", ["2>&-", "2>/dev/full", "2>{}"])
def test_t04_the_interface_is_drawn_on_the_terminal_wherever_messages_go(redirected: str, tmp_path: object) -> None:
    """`q` works, and no picture is in the file."""
    kept = f"{tmp_path}/messages"
    with interface(shell(redirected.format(kept))) as terminal:
        terminal.wait_for(b"taskdeck")
        terminal.settle()
        terminal.send("q")
        assert terminal.wait() == 0
        assert alternate(terminal.output) == (1, 1)
    if "{}" in redirected:
        with open(kept, "rb") as file:  # noqa: PTH123
            assert file.read() == b""


@pytest.mark.parametrize("redirected", [">/dev/full", ">&-"])
def test_t04_output_that_cannot_be_written_is_said_once_and_exits_2(redirected: str) -> None:
    with interface(shell(redirected, ME[0] + " -m tui keys")) as terminal:
        assert terminal.wait() == 2
        assert terminal.output.count(b"standard output") == 1


def test_t04_columns_and_lines_do_not_override_the_terminal() -> None:
    """They are those of another terminal, or of an earlier size."""
    with interface(size=(100, 30), COLUMNS="40", LINES="10") as terminal:
        terminal.wait_for(b"taskdeck")
        terminal.settle()
        assert b"\x1b[30;" in terminal.output
        terminal.send("q")
        assert terminal.wait() == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TEXTUAL_FPS", "abc"), ("TEXTUAL_FPS", "0"), ("TEXTUAL_COLOR_SYSTEM", "foo"), ("TEXTUAL_ANIMATIONS", "some"),
        ("TEXTUAL_DRIVER", "os:path"), ("TEXTUAL_DIM_FACTOR", "101"), ("TEXTUAL_DEVTOOLS_PORT", "99999"),
        ("TEXTUAL_SMOOTH_SCROLL", "²"),
    ],
)  # fmt: skip
def test_t04_a_variable_that_has_no_meaning_is_named(name: str, value: str) -> None:
    with pytest.raises(ConfigError, match=name):
        check_textual({name: value})


def test_t04_variables_that_have_one_are_taken() -> None:
    check_textual({"TEXTUAL_FPS": "15", "TEXTUAL_COLOR_SYSTEM": "256", "TEXTUAL_ANIMATIONS": "none", "OTHER": "x"})

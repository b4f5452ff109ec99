"""How a process ended, in words."""

import pytest

from tui.domain.exitcode import exit_text, signal_name


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (None, ""), (0, "exit 0"), (1, "exit 1"), (137, "exit 137 (SIGKILL)"), (-9, "exit -9 (SIGKILL)"),
        (139, "exit 139 (SIGSEGV)"), (135, "exit 135 (SIGBUS)"), (255, "exit 255"), (128, "exit 128"),
    ],
)  # fmt: skip
def test_the_signal_is_named_where_one_ended_it(code: int | None, said: str) -> None:
    """By Linux's numbers, whatever machine we run on."""
    assert exit_text(code) == said
    assert (signal_name(code) is not None) == ("SIG" in said)

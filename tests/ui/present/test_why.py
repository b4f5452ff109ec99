"""The lines of a log that tell of a failure, as the log view marks them."""

from tui.ui.present.why import Telling, telling_lines

MISSING = "No such file or directory"


def test_w18_cause_and_consequences_are_told_apart() -> None:
    """Numbers count in the whole log, of which only the end is looked at."""
    text = f"sorting\nsort: cannot read: a.txt: {MISSING}\nawk: cannot open b.txt: {MISSING}\nexit code 2\n"
    assert telling_lines(text, 700) == Telling(701, frozenset({702, 703}))


def test_w18_a_log_without_an_error_has_neither() -> None:
    """Nothing is marked in it."""
    assert telling_lines("sorting\n0 errors\n", 0) == Telling()

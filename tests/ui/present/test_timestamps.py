"""Where the time that a log line begins with ends, and what it says."""

import pytest

from tui.ui.log.timestamps import seconds_of, stamp_length

HOUR = 3600.0


@pytest.mark.parametrize(
    "stamp",
    [
        "11:05:03 PM ", "9:05:03 am  ", "11:05:03.120 p.m. ", "[11:05:03 PM] ", "2026-11-24 11:05:03 PM ",
        "11/24/2026 11:05:03 PM ", "11/24/2026, 11:05:03 PM ", "2026-11-24T11:05:03.5Z ", "[2026-11-24 11:05:03,120] ",
        "2026/11/24 11:05:03 ", "24.11.2026 11:05:03 ", "Nov 24 11:05:03 ", "[Tue Nov 24 11:05:03 2026] ",
        "[24/Nov/2026:11:05:03 +0000] ", "11:05:03 UTC ", "2026-11-24 11:05:03 +01:00 ",
    ],
)  # fmt: skip
def test_u14_the_whole_stamp_is_hidden_and_nothing_else(stamp: str) -> None:
    assert stamp_length(stamp + "step 12 of 40") == len(stamp)


@pytest.mark.parametrize("line", ["11:05:03 amplified 12 reads", "11:05:03 PMC article", "11:05:03 2026 samples"])
def test_u14_words_behind_a_stamp_are_no_part_of_it(line: str) -> None:
    assert line[stamp_length(line) :] == line.partition(" ")[2]


@pytest.mark.parametrize(
    ("line", "seconds"),
    [("11:05:03 PM x", 23 * HOUR + 303), ("12:00:00 AM x", 0), ("12:00:00 PM x", 12 * HOUR), ("01:00:00 x", HOUR)],
)
def test_u14_twelve_hours_are_counted_on(line: str, seconds: float) -> None:
    """So that the last minutes of such a log are found."""
    assert seconds_of(line) == (False, seconds)


def test_u14_a_date_whose_day_and_month_cannot_be_told_apart_says_no_time() -> None:
    assert seconds_of("11/12/2026 11:05:03 PM x") is None

"""Progress lines rewritten by carriage returns show their last state, and nothing is cut without a word (point 11)."""

import pytest

from tests.cli.test_commands import Taskdeck, deck, taskdeck
from tests.support.command_deck import FakeDeck
from tui.domain.log import LogIndex, LogSource, Stream
from tui.domain.task import TaskRef
from tui.domain.text import last_state
from tui.ui.log.sgr import uncoloured

__all__ = ["deck", "taskdeck"]  # fixtures
BAR = "\r".join(f"epoch {n}/2000 [{'#' * (n // 100):<20}]" for n in range(2_001))


def written(deck: FakeDeck, text: str, name: str = "stdout", stream: Stream = Stream.STDOUT) -> None:
    deck.index = LogIndex((LogSource(TaskRef("a", "1"), name, stream, "k"),))
    deck.text = text.encode()


def test_u11_the_last_state_of_a_progress_line_is_printed(deck: FakeDeck, taskdeck: Taskdeck) -> None:
    """57 kB in one line are two lines that a person would call lines."""
    assert len(BAR) > 57_000
    written(deck, f"starting\n{BAR}\nValueError: no such column\n")
    assert taskdeck("logs", "a:1", "--tail", "2")[1].splitlines() == [
        "epoch 2000/2000 [####################]",
        "ValueError: no such column",
    ]
    assert taskdeck("logs", "a:1") == (0, taskdeck("logs", "a:1", "--tail", "9")[1], "")


@pytest.mark.parametrize("end", ["", "\n", "\r", "\r\n"])
@pytest.mark.parametrize("times", [1, 40])
def test_u11_however_long_the_line_and_however_it_ends(
    deck: FakeDeck, taskdeck: Taskdeck, end: str, times: int
) -> None:
    """Over two megabytes nothing was lost, so nothing is said to be."""
    written(deck, "\r".join([BAR] * times) + f"\rdone after {times}" + end)
    assert taskdeck("logs", "a:1") == (0, f"done after {times}\n", "")
    assert taskdeck("logs", "a:1", "--tail", "1") == (0, f"done after {times}\n", "")


def test_u11_the_age_of_a_line_is_that_of_its_last_state(deck: FakeDeck, taskdeck: Taskdeck) -> None:
    written(deck, "2026-11-24 10:00:00 1 %\r2026-11-24 15:30:00 100 %\n")
    assert taskdeck("logs", "a:1", "--since", "2h")[1] == "2026-11-24 15:30:00 100 %\n"


@pytest.mark.parametrize("length", [150_000, 600_000, 2_500_000])
def test_u11_a_line_that_is_cut_is_said_once(deck: FakeDeck, taskdeck: Taskdeck, length: int) -> None:
    written(deck, f"{'x' * length}\n{'y' * length}\nend\n")
    code, out, err = taskdeck("logs", "a:1")
    assert (code, out.splitlines()[-1]) == (0, "end")
    assert err.count("lines longer than 100,000 characters are cut") == 1
    assert "a:1 stdout" in err


def test_u11_lines_that_were_left_out_are_said(
    deck: FakeDeck, taskdeck: Taskdeck, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.cli.logs._LEAD", 3)
    written(deck, "".join(f"line {n}\n" for n in range(9)) + "2026-11-24 15:30:00 new\n")
    code, out, err = taskdeck("logs", "a:1", "--since", "2h")
    assert (code, out.splitlines()[-1]) == (0, "2026-11-24 15:30:00 new")
    assert "left out" in err


def test_u11_the_screen_shows_the_last_state_too() -> None:
    """Its own limit of a line counts from the last state on, not from the first."""
    assert uncoloured(BAR) == last_state(BAR) == "epoch 2000/2000 [####################]"
    assert uncoloured(f"{BAR}\r\x1b[32mdone\x1b[0m\r\n") == "done"


def test_u03_a_record_is_read_by_its_name(deck: FakeDeck, taskdeck: Taskdeck) -> None:
    written(deck, "fastqc --threads 4\n", "cmd.log", Stream.RECORD)
    code, out, err = taskdeck("logs", "a:1")
    assert (code, out) == (0, "")
    assert "--name" in err
    assert "cmd.log" in err
    assert taskdeck("logs", "a:1", "--name", "cmd.log") == (0, "fastqc --threads 4\n", "")
    assert taskdeck("logs", "a:1", "--name", "cmd.log", "--stderr")[0] == 2

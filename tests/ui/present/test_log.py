"""The held part of a log."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tests.support.memory_deck import LOG
from tui.domain.log import LogPart
from tui.ui.log.spool import Spool
from tui.ui.log.text import Finder, LogText
from tui.ui.present.tone import TROUBLE, Tone, tone_of


def held(start: int, data: bytes = LOG) -> LogText:
    text = LogText()
    text.add(LogPart(data[start:], start, len(data)))
    return text


@given(st.binary(max_size=200), st.lists(st.integers(0, 200), max_size=4))
def test_parts_in_any_cut_give_the_lines_of_the_whole(data: bytes, cuts: list[int]) -> None:
    edges = sorted({0, len(data), *(min(c, len(data)) for c in cuts)})
    text = LogText()
    for first, last in reversed(list(pairwise(edges))):
        text.add(LogPart(data[first:last], first, len(data)))
    lines = data.split(b"\n")
    assert [text.raw(n) for n in range(len(text))] == (lines[:-1] if lines[-1] == b"" else lines)


def test_a_part_that_follows_is_appended_and_overlap_is_dropped() -> None:
    text = LogText()
    text.add(LogPart(b"one\ntw", 0, 6))
    text.add(LogPart(b"two\n", 4, 8))
    assert text.text(0, 9) == "one\ntwo"
    assert text.whole


def test_says_which_part_is_held() -> None:
    assert held(len(LOG) - 100).held_text() == f"last 100 B of {len(LOG) / 1000:.1f} KB"
    assert held(0).held_text().startswith("all ")


def test_small_letters_find_any_case_and_a_bad_pattern_is_text() -> None:
    assert len(held(0).matching("killed")) == 1
    assert len(held(0).matching("KILLED")) == 0
    assert len(held(0, b"a(b\n").matching("a(b")) == 1


def test_lines_that_sound_like_a_failure_are_found() -> None:
    text = held(0)
    finder = Finder(TROUBLE, text, 100)
    assert not finder.step(text)
    assert [text.text(n, n + 1) for n in finder.numbers] == ["09:40:12 WARN  memory at 92% of limit", "09:42:21 Killed"]


def test_a_million_lines_are_indexed_and_searched() -> None:
    data = b"step 1 res 6.0e-03 mem 8.9 G\n" * 1_000_000
    text = held(0, data + b"Killed\n")
    assert len(text) == 1_000_001
    assert list(text.matching("killed")) == [1_000_000]


def test_lines_of_a_part_are_counted_from_the_end_until_the_beginning_is_held() -> None:
    """What stands 65 KB before the end is not line 1; between two unknown stretches no number is true."""
    data = b"".join(b"line %d\n" % n for n in range(1, 101))
    half = data.index(b"line 51\n")
    text = LogText()
    text.add(LogPart(data[half:], half, len(data)))
    assert (text.number(0), text.number(49)) == ("-50", "-1")
    assert text.lines_text(40, 49) == "lines -10 to -1, 50 held"
    text.add(LogPart(data[:half], 0, len(data)))
    assert (text.number(0), text.number(99)) == ("1", "100")
    assert text.lines_text(90, 99) == "lines 91-100 of 100"
    middle = LogText()
    middle.add(LogPart(data[half : half + 80], half, len(data)))
    assert middle.number(0) == "~"


def test_lines_keep_their_numbers_when_the_oldest_make_room_for_what_comes() -> None:
    """What was counted once stays counted."""
    text = LogText(Spool(size=80))
    for n in range(1, 41):
        text.add(LogPart(b"line %03d\n" % n, 9 * (n - 1), 9 * n))
    assert text.start > 0
    for line in (0, len(text) - 1):
        assert text.line(line) == f"line {text.number(line):0>3}"


def test_u14_a_line_sounds_as_its_level_says_else_as_its_words_say() -> None:
    said = {
        "09:40:12 WARN  failed to read the index": Tone.WARNING,
        "2026-11-24T10:59:05Z INFO 0 errors, 0 warnings": Tone.CALM,
        "[info] error rate 0.01": Tone.CALM,
        "main.c:12: warning: unused variable error": Tone.WARNING,
        "Traceback (most recent call last):": Tone.ERROR,
        "ValueError: no such sample": Tone.CALM,
        "error: no such sample": Tone.ERROR,
        "[ERROR] killed": Tone.ERROR,
        "this was a warning": Tone.WARNING,
        "step 12 of 40": Tone.CALM,
    }
    assert {line: tone_of(line) for line in said} == said

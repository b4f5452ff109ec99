"""A ring buffer that is read again and again becomes one text without gaps or repetitions."""

import random

import pytest

from tui.platforms.qarnot.logs import Ring, Rings


def test_text_that_grows_is_continued_where_it_ended() -> None:
    ring = Ring()
    ring.see(b"one\ntwo\n")
    assert ring.part(0, 100).data == b"one\ntwo\n"
    ring.see(b"one\ntwo\nthree\n")
    part = ring.part(8, 100)
    assert (part.data, part.start, part.total) == (b"three\n", 8, 14)


def test_a_negative_start_counts_from_the_end() -> None:
    ring = Ring(b"0123456789")
    assert ring.part(-4, 2).data == b"67"
    assert ring.part(-40, 3).data == b"012"


def test_what_left_the_buffer_keeps_its_offset() -> None:
    """The buffer rotated by five bytes: the reader goes on where it was, and who asks for lost bytes gets the next."""
    ring = Ring()
    ring.see(b"0123456789")
    ring.see(b"56789abcde")
    assert (ring.part(10, 100).data, ring.part(10, 100).total) == (b"abcde", 15)
    assert (ring.part(0, 3).data, ring.part(0, 3).start) == (b"567", 5)


def test_a_buffer_that_shares_nothing_with_the_old_one_leaves_a_gap() -> None:
    ring = Ring()
    ring.see(b"0123456789")
    ring.see(b"xyz")
    assert ring.part(10, 100).start == 11, "a reader sees that bytes are missing"
    assert ring.part(11, 100).data == b"xyz"


def test_an_emptied_buffer_loses_nothing_that_comes_later() -> None:
    ring = Ring()
    ring.see(b"")
    ring.see(b"first")
    assert ring.part(0, 10).data == b"first"


@pytest.mark.parametrize("seed", range(20))
def test_any_stream_read_through_a_ring_is_the_stream(seed: int) -> None:
    """Repetitive lines, buffers of any size, reads at any pace that loses nothing."""
    rng = random.Random(seed)
    size = rng.randrange(300, 900)
    lines = [b"iteration %d\n" % rng.randrange(3 if seed % 2 else 10**6) for _ in range(400)]
    stream, ring, got, at = b"".join(lines), Ring(), b"", 0
    exact = seed % 2 == 0
    while at < len(stream):
        at = min(len(stream), at + rng.randrange(0, size // 2))
        ring.see(stream[max(0, at - size) : at])
        got += ring.part(len(got), 10**6).data
    if exact:
        assert got == stream
    else:  # where the text repeats itself, the longest overlap may take a repetition for no news; nothing is invented
        assert len(got) <= len(stream)


def test_only_a_few_streams_are_held() -> None:
    rings = Rings()
    for number in range(20):
        rings[f"/tasks/{number}/stdout"].see(b"text")
    assert rings["/tasks/19/stdout"].data == b"text"
    assert rings["/tasks/0/stdout"].data == b""

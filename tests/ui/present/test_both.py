"""Both outputs of a job as one log."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tui.domain.log import LogIndex, LogPart, LogSource, Stream
from tui.domain.task import TaskRef
from tui.ui.log.interleave import MergedLogs, choices, woven

REF = TaskRef("cgc", "t1", "align")
OUT = LogSource(REF, "job.out.log", Stream.STDOUT, "o")
ERR = LogSource(REF, "job.err.log", Stream.STDERR, "e")


def part(data: bytes, start: int = 0) -> LogPart:
    return LogPart(data, start, start + len(data))


def test_lines_with_times_stand_in_their_order_and_name_their_output() -> None:
    """A line without a time stays behind the line it belongs to."""
    out = b"2026-11-24 09:00:01 one\n2026-11-24 09:00:05 three\n  of it\n"
    err = b"2026-11-24 09:00:03 two\n2026-11-24 09:00:09 four\n"
    assert woven((OUT, ERR), (part(out), part(err))).data == (
        b"2026-11-24 09:00:01 out | one\n"
        b"2026-11-24 09:00:03 err | two\n"
        b"2026-11-24 09:00:05 out | three\n"
        b"out |   of it\n"
        b"2026-11-24 09:00:09 err | four\n"
    )


def test_without_times_one_stands_behind_the_other_under_its_name() -> None:
    found = woven((OUT, ERR), (part(b"one\ntwo\n"), part(b"09:00:01 bad\n", 1_000)))
    assert found.data.split(b"\n") == [
        b"--- stdout  job.out.log  8 B ---",
        b"one",
        b"two",
        b"--- stderr  job.err.log  last 13 B ---",
        b"09:00:01 bad",
        b"",
    ]
    assert (found.start, found.total) == (1_000, 1_000 + len(found.data))


@given(st.lists(st.binary(max_size=20), max_size=9), st.lists(st.binary(max_size=20), max_size=9))
def test_no_line_is_lost_and_each_output_keeps_its_order(out: list[bytes], err: list[bytes]) -> None:
    """Whatever the outputs hold, and whether or not their lines have times."""
    for lead in (b"", b"09:00:00 "):
        texts = [
            [lead + line.replace(b"\n", b"") + b"<%s %d>\n" % (name, n) for n, line in enumerate(lines)]
            for name, lines in ((b"o", out), (b"e", err))
        ]
        data = woven((OUT, ERR), [part(b"".join(lines)) for lines in texts]).data
        for name, lines in ((b"o", out), (b"e", err)):
            places = [data.index(b"<%s %d>\n" % (name, n)) for n in range(len(lines))]
            assert places == sorted(places)


def test_both_are_offered_behind_the_logs_of_a_job_that_has_both() -> None:
    """The choice stands behind all logs of its job; a job with one output has none."""
    other = replace(OUT, ref=TaskRef("cgc", "t1", "sort"))
    more = replace(OUT, name="cmd.log")
    assert choices(LogIndex((ERR, OUT, more, other))) == [ERR, OUT, more, MergedLogs((OUT, ERR)), other]

"""Which log of a job its previews show, and its end: one choice for all of them."""

from dataclasses import replace

from tui.domain.log import LogIndex, LogPart, LogSource, Stream
from tui.domain.task import TaskRef
from tui.store.log_tail import read_tail, telling_source
from tui.ui.log.tail import tail_of

REF, OTHER = TaskRef.parse("a:1"), TaskRef.parse("a:2")
OUT = LogSource(REF, "job.out.log", Stream.STDOUT, "out")
ERR = LogSource(REF, "job.err.log", Stream.STDERR, "err")


class Held:
    """Logs in memory; what is asked of them is written down."""

    def __init__(self, index: LogIndex, texts: dict[str, bytes]) -> None:
        self.index, self.texts = index, texts
        self.read: list[str] = []

    async def logs(self, ref: TaskRef) -> LogIndex:
        return self.index

    async def read_log(self, source: LogSource, start: int, limit: int) -> LogPart:
        self.read.append(source.name)
        text = self.texts[source.name]
        begin = max(0, len(text) + start)
        return LogPart(text[begin : begin + limit], begin, len(text))


def test_of_a_failed_job_it_is_stderr_and_of_another_the_first() -> None:
    index = LogIndex((OUT, ERR))
    assert telling_source(index, failed=True) == ERR
    assert telling_source(index, failed=False) == OUT


def test_an_empty_stderr_or_another_jobs_says_nothing() -> None:
    assert telling_source(LogIndex((OUT, replace(ERR, size=0))), failed=True) == OUT
    assert telling_source(LogIndex((OUT, replace(ERR, ref=OTHER))), failed=True) == OUT
    assert telling_source(LogIndex(), failed=True) is None


async def test_a_stderr_that_turns_out_to_be_empty_gives_way_to_the_first() -> None:
    held = Held(LogIndex((OUT, ERR)), {"job.out.log": b"written\n", "job.err.log": b""})
    tail = await read_tail(held, REF, failed=True)
    assert tail.source == OUT
    assert held.read == ["job.err.log", "job.out.log"]


async def test_the_last_forty_lines_are_cleaned_and_no_more_is_read_than_they_take() -> None:
    held = Held(LogIndex((OUT,)), {"job.out.log": b"".join(b"line %d\x1b[31m\n" % n for n in range(100_000))})
    lines = await tail_of(held, REF, failed=False)
    assert lines[-1] == "line 99999"
    assert len(lines) == 40
    assert held.read == ["job.out.log"]


async def test_where_there_is_none_the_reason_stands_in_its_place() -> None:
    assert await tail_of(Held(LogIndex(why_none="It was deleted."), {}), REF, failed=True) == ("It was deleted.",)
    assert await tail_of(Held(LogIndex(), {}), REF, failed=True) == ("there is no log",)

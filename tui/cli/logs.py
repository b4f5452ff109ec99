"""`logs`: what a task or job wrote, made harmless for the terminal."""

import codecs
import re
import sys
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from tui.cli.exit_codes import Exit
from tui.cli.output import say
from tui.cli.wait import PASSING
from tui.cli.wiring import Session
from tui.domain.errors import PlatformError
from tui.domain.log import TAIL_BYTES, LogIndex, LogPart, LogSource, Stream
from tui.domain.task import Kind, TaskRef
from tui.domain.text import plain
from tui.store.deck import Deck

__all__ = ["clean", "logs"]

_PART = 1_000_000
"""Bytes asked for at a time."""
_FOLLOW = 2.0
"""Seconds between two looks at a log that grows."""
_LINE_LIMIT = 100_000
_HELD = 4 * _LINE_LIMIT
"""Characters kept of a line without an end, colour codes and all: what is behind them is never printed."""
_BACK = 256 * 1024 * 1024
"""Bytes from a log's end among which its last lines are looked for."""
_LEAD = 100_000
"""Lines held until the first one that carries a time."""
_STYLE = re.compile(r"\x1b\[[0-9;:]*m")
_TIME = re.compile(r"\W?(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d)(?:[.,]\d+)?(Z|[+-]\d\d:?\d\d)?")


def clean(line: str) -> str:
    """One log line without colour and without anything a terminal could obey; tabs stay."""
    return plain(_STYLE.sub("", line).rstrip("\r"), _LINE_LIMIT, lines=True)


def _moment(found: re.Match[str]) -> datetime:
    try:
        at = datetime.fromisoformat(found[1].replace(" ", "T") + (found[2] or "Z"))
    except ValueError:  # digits that look like a time: as old as can be
        return datetime.min.replace(tzinfo=UTC)
    return at.astimezone(UTC)


class _Reader:
    """One log, read forwards in whole lines: no character and no line is cut between two parts."""

    def __init__(self, deck: Deck, source: LogSource, since: datetime | None) -> None:
        self.source = source
        self.ended = False
        """The last part reached the log's end as it was then."""
        self.since = since
        self._deck = deck
        self._young: bool | None = since is None or None
        """Whether the last time that was read is young; None before the first one."""
        self._lead: list[str] = []
        """Lines before the first time: they go with it."""
        self._at = 0
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._held = ""

    async def more(self) -> list[str]:
        """The lines of the next part."""
        part = await self._deck.read_log(self.source, self._at, _PART)
        stuck = part.end <= self._at
        self._at = max(self._at, part.end)
        self.ended = stuck or part.total is None or part.end >= part.total
        return self._lines(part.data)

    async def end(self, count: int) -> list[str]:
        """The last `count` lines where the log's last bytes hold them; else none, and `more` begins where they do."""
        part = await self._deck.read_log(self.source, -TAIL_BYTES, TAIL_BYTES)
        start = await self._start(count, part)
        if start < part.start:
            self._at = start
            return []
        self._at, self.ended = part.end, True
        data = part.data if part.start <= 0 else part.data.partition(b"\n")[2]
        return self._lines(data)[-count:] if count else []

    async def _start(self, count: int, part: LogPart) -> int:
        """Where the last `count` lines begin, or before: looked for backwards from the last `part`, holding nothing."""
        start, newlines = part.start, part.data.count(b"\n")
        while start > 0 and newlines <= count:
            if part.end - start >= _BACK:
                say(f"{self.source.ref} {self.source.name}: the last {count:,} lines are more than {_BACK >> 20} MB")
                break
            span = min(start, _PART)
            earlier = await self._deck.read_log(self.source, start - span, span)
            if not earlier.data or earlier.start >= start:  # what was there has left a ring
                break
            newlines += earlier.data[: start - earlier.start].count(b"\n")
            start = earlier.start
        return start

    def rest(self) -> list[str]:
        """What stands behind the last newline."""
        held = self._held + self._decoder.decode(b"", True)
        self._held = ""
        lines = self._chosen([held] if held else [])
        if self._young is None and self._lead:
            say(f"{self.source.ref} {self.source.name}: no line carries a time, so all of them are shown")
            lines, self._lead = self._lead, []
        return lines

    def _lines(self, data: bytes) -> list[str]:
        *lines, held = (self._held + self._decoder.decode(data)).split("\n")
        self._held = held[:_HELD]
        return self._chosen(lines)

    def _chosen(self, lines: list[str]) -> list[str]:
        """The young ones of these lines; one without a time of its own goes with the line above it."""
        if self.since is None:
            return lines
        young: list[str] = []
        for line in lines:
            if found := _TIME.match(line):
                self._young = _moment(found) >= self.since
                if self._young:
                    young += self._lead
                self._lead = []
            if self._young:
                young.append(line)
            elif self._young is None and len(self._lead) < _LEAD:
                self._lead.append(line)
        return young


async def logs(
    session: Session, ref: str, tail: int | None, since: timedelta | None, *, stderr: bool, follow: bool
) -> int:
    """Print the log's text; where there is none, one sentence says why."""
    stream = Stream.STDERR if stderr else Stream.STDOUT
    async with session.deck(session.settings()) as deck:
        target = deck.resolve(ref)
        index = await deck.logs(target)
        sources = [s for s in index.sources if s.stream is stream]
        if not sources:
            say(await _none(deck, target, index, stream))
        start = None if since is None else session.clock.now() - since
        readers = [_Reader(deck, source, start) for source in sources]
        written = 0
        headers = len(sources) > 1 and sys.stdout.isatty()
        for reader in readers:
            if headers:
                _header(reader.source)
            written += await _print(reader, tail, goes_on=follow and reader.source.growing)
        if sources and not written and not follow and tail != 0:
            say(f"{target} has {'no line so young' if since else 'nothing'} in its {stream.value} log")
        if follow:
            await _follow(session, deck, target, stream, readers)
    return Exit.FINE


async def _none(deck: Deck, target: TaskRef, index: LogIndex, stream: Stream) -> str:
    """Why there is nothing to print, in one sentence that ends with the command that tells more, if there is one."""
    if not index.sources:
        why = index.why_none or f"{target} has no log"
        more = await _instead(deck, target)
        return f"{why.rstrip('.')}; {more}" if more else why
    other = "without" if stream is Stream.STDERR else "with"
    return f"{target} has no {stream.value} log; there is one {other} --stderr"


async def _instead(deck: Deck, target: TaskRef) -> str | None:
    """What tells of a batch without a log why its children failed, or which there are."""
    if target.job is not None:
        return None
    with suppress(PlatformError):
        task = await deck.task(target)
        if task.counts is not None and task.counts.failed:
            return (
                f"why {task.counts.failed:,} of its {task.counts.total:,} failed is shown by: taskdeck triage {target}"
            )
        if task.kind is Kind.BATCH:
            return f"its children are listed by: taskdeck children {target}"
    return None


def _header(source: LogSource) -> None:
    sys.stdout.write(f"==> {source.ref} {source.name} <==\n")


def _write(lines: Sequence[str]) -> int:
    """Print the lines; how many they were."""
    sys.stdout.writelines(clean(line) + "\n" for line in lines)
    sys.stdout.flush()
    return len(lines)


async def _print(reader: _Reader, tail: int | None, *, goes_on: bool) -> int:
    """Print a log, or its last lines; how many they were.

    Where it goes on, a line without its newline waits for the rest of it.
    """
    kept: list[str] = []
    written = 0
    if tail is not None and reader.since is None:
        kept = await reader.end(tail)
    while not reader.ended:
        lines = await reader.more()
        if tail is None:
            written += _write(lines)
        else:
            kept = (kept + lines)[-tail:] if tail else []
    rest = [] if goes_on else reader.rest()
    lines = rest if tail is None else (kept + rest)[-tail:] if tail else []
    return written + _write(lines)


async def _follow(session: Session, deck: Deck, target: TaskRef, stream: Stream, readers: list[_Reader]) -> None:
    """Print what is added, also by logs that begin later, until the task is final and all was read."""
    growing = [reader for reader in readers if reader.source.growing]
    known = {reader.source.key for reader in readers}
    trouble = ""
    while True:
        try:
            if await _grown(deck, target, stream, growing, known):
                break
            trouble = ""
        except PASSING as error:
            if trouble != str(error):  # said once for as long as it lasts: the next look is the retry
                trouble = str(error)
                say(trouble)
        await session.clock.sleep(_FOLLOW)
    for reader in growing:
        _write(reader.rest())


async def _grown(deck: Deck, target: TaskRef, stream: Stream, growing: list[_Reader], known: set[str]) -> bool:
    """Print what was added since; whether that was the end."""
    task = await deck.task(target)
    for source in (await deck.logs(target)).sources:
        if source.stream is stream and source.key not in known:
            known.add(source.key)
            growing.append(_Reader(deck, source, None))
    for reader in growing:
        reader.ended = False
        while not reader.ended:
            _write(await reader.more())
    return task.status.is_final or task.is_expired

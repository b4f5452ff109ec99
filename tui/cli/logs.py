"""`logs`: what a task or job wrote, made harmless for the terminal."""

import codecs
import re
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tui.cli.exit_codes import Exit
from tui.cli.output import say
from tui.cli.wait import PASSING
from tui.cli.wiring import Session
from tui.domain.errors import PlatformError, UsageError
from tui.domain.log import TAIL_BYTES, LogIndex, LogPart, LogSource, Stream
from tui.domain.task import Kind, TaskRef
from tui.domain.text import last_state, plain
from tui.store.deck import Deck

__all__ = ["LINE_LIMIT", "clean", "logs"]

_PART = 1_000_000
"""Bytes asked for at a time."""
_FOLLOW = 2.0
"""Seconds between two looks at a log that grows."""
LINE_LIMIT = 100_000
"""Characters printed of one line; a longer one is cut, which is said."""
_HELD = 4 * LINE_LIMIT
"""Characters kept of a line without an end, colour codes and all: what is behind them is never printed."""
CUT = f"lines longer than {LINE_LIMIT:,} characters are cut"
_BACK = 256 * 1024 * 1024
"""Bytes from a log's end among which its last lines are looked for."""
_LEAD = 100_000
"""Lines held until the first one that carries a time."""
_STYLE = re.compile(r"\x1b\[[0-9;:]*m")
_TIME = re.compile(r"\W?(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d)(?:[.,]\d+)?(Z|[+-]\d\d:?\d\d)?")


def clean(line: str) -> str:
    """One log line without colour and without anything a terminal could obey; tabs stay. Of a line that was rewritten
    by carriage returns, its last state."""
    return plain(_STYLE.sub("", last_state(line)), LINE_LIMIT, lines=True)


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
        self._said: set[str] = set()

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
                self.say_once(f"the last {count:,} lines are more than {_BACK >> 20} MB; earlier ones were left out")
                break
            span = min(start, _PART)
            earlier = await self._deck.read_log(self.source, start - span, span)
            if not earlier.data or earlier.start >= start:  # what was there has left a ring
                break
            newlines += earlier.data[: start - earlier.start].count(b"\n")
            start = earlier.start
        return start

    def say_once(self, what: str) -> None:
        """Tell of this log on stderr; the same thing once."""
        if what not in self._said:
            self._said.add(what)
            say(f"{self.source.ref} {self.source.name}: {what}")

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
        if "\r" in held:  # what was overwritten is never shown; a return at the very end may belong to the newline
            state = last_state(held)
            held = state + held[len(held.rstrip("\r")) :][:1]
        if len(held) > _HELD:
            self.say_once(CUT)
        self._held = held[:_HELD]
        return self._chosen([last_state(line) for line in lines])

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
            elif self._young is None:
                if len(self._lead) == _LEAD:
                    self.say_once(f"the first {_LEAD:,} lines carry no time; lines behind them were left out")
                else:
                    self._lead.append(line)
        return young


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Which logs of a task: those of a stream, or those of a name."""

    stream: Stream
    name: str | None

    def __contains__(self, source: LogSource) -> bool:
        return source.stream is self.stream if self.name is None else source.name == self.name

    @property
    def words(self) -> str:
        """As a sentence names it."""
        return f"{self.stream.value} log" if self.name is None else f"log named {plain(self.name, 100)}"


async def logs(
    session: Session,
    ref: str,
    tail: int | None,
    since: timedelta | None,
    name: str | None = None,
    *,
    stderr: bool,
    follow: bool,
) -> int:
    """Print the log's text; where there is none, one sentence says why.

    Raises:
        UsageError: A stream and a name are both given.
    """
    if stderr and name is not None:
        raise UsageError("--stderr and --name exclude each other: a name says already which log")
    wanted = _Wanted(Stream.STDERR if stderr else Stream.STDOUT, name)
    async with session.deck(session.settings()) as deck:
        target = deck.resolve(ref)
        index = await deck.logs(target)
        sources = [s for s in index.sources if s in wanted]
        if index.note:
            say(f"{target}: {index.note}")
        if not sources:
            say(await _none(deck, target, index, wanted))
        start = None if since is None else session.clock.now() - since
        readers = [_Reader(deck, source, start) for source in sources]
        written = 0
        headers = len(sources) > 1 and sys.stdout.isatty()
        for reader in readers:
            if headers:
                _header(reader.source)
            written += await _print(reader, tail, goes_on=follow and reader.source.growing)
        if sources and not written and not follow and tail != 0:
            say(f"{target} has {'no line so young' if since else 'nothing'} in its {wanted.words}")
        if follow:
            await _follow(session, deck, target, wanted, readers)
    return Exit.FINE


async def _none(deck: Deck, target: TaskRef, index: LogIndex, wanted: _Wanted) -> str:
    """Why there is nothing to print, in one sentence that ends with the command that tells more, if there is one."""
    if not index.sources:
        why = index.why_none or f"{target} has no log"
        more = await _instead(deck, target)
        return f"{why.rstrip('.')}; {more}" if more else why
    lacking, kinds = f"{target} has no {wanted.words}", {source.stream for source in index.sources}
    if wanted.name is None and (others := kinds - {wanted.stream, Stream.RECORD}):
        return f"{lacking}; there is one {'with' if Stream.STDERR in others else 'without'} --stderr"
    names = ", ".join(dict.fromkeys(source.name for source in index.sources))
    return f"{lacking}; read by name with --name: {plain(names, 300)}"


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


def _write(reader: _Reader, lines: Sequence[str]) -> int:
    """Print the lines of a log; how many they were."""
    for line in lines:
        if len(line) > LINE_LIMIT and len(_STYLE.sub("", line)) > LINE_LIMIT:
            reader.say_once(CUT)
        sys.stdout.write(clean(line) + "\n")
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
            written += _write(reader, lines)
        else:
            kept = (kept + lines)[-tail:] if tail else []
    rest = [] if goes_on else reader.rest()
    lines = rest if tail is None else (kept + rest)[-tail:] if tail else []
    return written + _write(reader, lines)


async def _follow(session: Session, deck: Deck, target: TaskRef, wanted: _Wanted, readers: list[_Reader]) -> None:
    """Print what is added, also by logs that begin later, until the task is final and all was read."""
    growing = [reader for reader in readers if reader.source.growing]
    known = {reader.source.key for reader in readers}
    trouble = ""
    while True:
        try:
            if await _grown(deck, target, wanted, growing, known):
                break
            trouble = ""
        except PASSING as error:
            if trouble != str(error):  # said once for as long as it lasts: the next look is the retry
                trouble = str(error)
                say(trouble)
        await session.clock.sleep(_FOLLOW)
    for reader in growing:
        _write(reader, reader.rest())


async def _grown(deck: Deck, target: TaskRef, wanted: _Wanted, growing: list[_Reader], known: set[str]) -> bool:
    """Print what was added since; whether that was the end."""
    task = await deck.task(target)
    for source in (await deck.logs(target)).sources:
        if source in wanted and source.key not in known:
            known.add(source.key)
            growing.append(_Reader(deck, source, None))
    for reader in growing:
        reader.ended = False
        while not reader.ended:
            _write(reader, await reader.more())
    return task.status.is_final or task.is_expired

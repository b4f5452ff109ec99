"""`logs`: what a task or job wrote, made harmless for the terminal."""

import codecs
import re
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from tui.cli.exits import Exit
from tui.cli.output import say
from tui.cli.wiring import Session
from tui.domain.log import LogSource, Stream
from tui.domain.text import plain
from tui.store.deck import Deck

__all__ = ["clean", "logs", "recent"]

_PART = 1_000_000
"""Bytes asked for at a time."""
_FOLLOW = 2.0
"""Seconds between two looks at a log that grows."""
_LINE_LIMIT = 100_000
_STYLE = re.compile(r"\x1b\[[0-9;:]*m")
_TIME = re.compile(r"\W?(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d)(?:[.,]\d+)?(Z|[+-]\d\d:?\d\d)?")


def clean(line: str) -> str:
    """One log line without colour and without anything a terminal could obey; tabs stay."""
    return plain(_STYLE.sub("", line).rstrip("\r"), _LINE_LIMIT, lines=True)


def recent(lines: Iterable[str], since: datetime) -> Iterator[str]:
    """The lines from `since` on; one without a time of its own goes with the line above it."""
    keep = False
    for line in lines:
        if found := _TIME.match(line):
            zone = found[2] or "Z"
            at = datetime.fromisoformat(found[1].replace(" ", "T") + zone)
            keep = at.astimezone(UTC) >= since
        if keep:
            yield line


async def logs(
    session: Session, ref: str, tail: int | None, since: timedelta | None, *, stderr: bool, follow: bool
) -> int:
    """Print the log's text; where there is none, one sentence says why."""
    async with session.deck(session.settings()) as deck:
        target = deck.resolve(ref)
        index = await deck.logs(target)
        stream = Stream.STDERR if stderr else Stream.STDOUT
        sources = [s for s in index.sources if s.stream is stream]
        if not sources:
            other = "; there is one without --stderr" if stderr else "; there is one with --stderr"
            say(index.why_none or f"{target} has no {stream.value} log{other if index.sources else ''}")
            return Exit.FINE
        start = None if since is None else session.clock.now() - since
        headers = len(sources) > 1 and sys.stdout.isatty()
        for source in sources:
            if headers:
                sys.stdout.write(f"==> {source.ref} {source.name} <==\n")
            end = await _print(deck, source, tail, start)
        if follow:
            await _follow(session, deck, sources[-1], end)
    return Exit.FINE


async def _print(deck: Deck, source: LogSource, tail: int | None, since: datetime | None) -> int:
    """Print a log from its start (or its last lines) and return the offset behind what was read."""
    data, end = bytearray(), 0
    while True:
        part = await deck.read_log(source, end, _PART)
        data += part.data
        end = part.end
        if not part.data or part.total is None or end >= part.total:
            break
    lines = data.decode("utf-8", "replace").splitlines()
    if since is not None:
        lines = list(recent(lines, since))
    if tail is not None:
        lines = lines[-tail:] if tail > 0 else []
    sys.stdout.writelines(clean(line) + "\n" for line in lines)
    sys.stdout.flush()
    return end


async def _follow(session: Session, deck: Deck, source: LogSource, end: int) -> None:
    """Print what is added until the task is final; whole lines only, so that no character is cut."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    held = ""
    while True:
        final = (await deck.task(source.ref)).status.is_final
        part = await deck.read_log(source, end, _PART)
        end = max(end, part.end)
        *lines, held = (held + decoder.decode(part.data)).split("\n")
        sys.stdout.writelines(clean(line) + "\n" for line in lines)
        sys.stdout.flush()
        if final and not part.data:
            if held:
                sys.stdout.write(clean(held) + "\n")
            return
        if not part.data:
            await session.clock.sleep(_FOLLOW)

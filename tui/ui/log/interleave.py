"""Both outputs of a job as one log: by the times of their lines where both have them, else one after the other."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import merge

from tui.domain.log import LogIndex, LogPart, LogSource, Stream
from tui.domain.task import TaskRef
from tui.ui.log.timestamps import seconds_of, stamp_length
from tui.ui.present.format import size_text

__all__ = ["MergedLogs", "choices", "woven"]

_LOOKED = 20
"""Lines at the beginning of an output among which one must have a time, so that its lines can be put in order."""


@dataclass(frozen=True, slots=True)
class MergedLogs:
    """What is read in place of one log."""

    sources: tuple[LogSource, ...]
    """The outputs, those of one task or job."""

    @property
    def ref(self) -> TaskRef:
        """Who wrote them."""
        return self.sources[0].ref

    @property
    def name(self) -> str:
        """As a log is called."""
        return "both"

    @property
    def growing(self) -> bool:
        """More may come to one of them."""
        return any(source.growing for source in self.sources)


def choices(index: LogIndex) -> list[LogSource | MergedLogs]:
    """Every log in the index's order, and behind the last of a job both its outputs together where it has both."""
    found: list[LogSource | MergedLogs] = []
    for at, source in enumerate(index.sources):
        found.append(source)
        last = not any(later.ref == source.ref for later in index.sources[at + 1 :])
        mine = [one for one in index.sources if one.ref == source.ref]
        pair = tuple(
            next((one for one in mine if one.stream is stream), None) for stream in (Stream.STDOUT, Stream.STDERR)
        )
        if last and (sources := tuple(one for one in pair if one is not None)) and len(sources) > 1:
            found.append(MergedLogs(sources))
    return found


def woven(sources: Sequence[LogSource], parts: Sequence[LogPart]) -> LogPart:
    """Parts of several logs as a part of one; it begins at 0 where each of them does, and ends where they all end.

    In the order of the times each line names its output behind its time; else each output has a line above it.
    """
    lines = [part.data.split(b"\n")[: -1 if part.data.endswith(b"\n") else None] if part.data else [] for part in parts]
    dated = {_dated(some) for some in lines if some}
    if len(dated) == 1 and None not in dated:
        streams = (_timed(some, source.stream.short.encode()) for source, some in zip(sources, lines, strict=True))
        data = b"".join(line + b"\n" for _, line in merge(*streams, key=lambda pair: pair[0]))
    else:
        blocks = (
            b"".join(line + b"\n" for line in (_heading(source, part), *some))
            for source, part, some in zip(sources, parts, lines, strict=True)
        )
        data = b"".join(blocks)
    missing = sum(part.start for part in parts)
    behind = sum(max(0, (part.total or part.end) - part.end) for part in parts)
    return LogPart(data, missing, missing + len(data) + behind)


def _heading(source: LogSource, part: LogPart) -> bytes:
    held = f"last {size_text(len(part.data))}" if part.start else f"{size_text(len(part.data))}"
    return f"--- {source.stream.value}  {source.name}  {held} ---".encode()


def _dated(lines: Sequence[bytes]) -> bool | None:
    """Whether the times of these lines have dates; None where they have no times."""
    return next((found[0] for line in lines[:_LOOKED] if (found := seconds_of(_text(line))) is not None), None)


def _timed(lines: Sequence[bytes], name: bytes) -> Iterator[tuple[float, bytes]]:
    """Each line with its time; one without belongs to the line before, and no time goes back within an output."""
    at = float("-inf")
    for line in lines:
        text = _text(line)
        if (found := seconds_of(text)) is not None:
            at = max(at, found[1])
        length = len(text[: stamp_length(text)].encode())
        yield at, b"%s%s | %s" % (line[:length], name, line[length:])


def _text(line: bytes) -> str:
    return line[:64].decode("utf-8", "replace")

"""A job's output: where it is, how large, and any part of it, read on the host itself."""

import re
from collections.abc import Iterable, Sequence

from tui.domain.errors import Forbidden, NotFound, PlatformError, Rejected, UnexpectedAnswer
from tui.domain.log import LogIndex, LogPart, LogSource, Stream
from tui.domain.status import TaskStatus
from tui.domain.task import TaskRef
from tui.domain.text import plain
from tui.platforms.shell import Command, Finished
from tui.platforms.slurm.convert import element_id
from tui.platforms.slurm.host import Host
from tui.platforms.slurm.jobs import Jobs
from tui.platforms.slurm.paths import log_paths
from tui.platforms.slurm.states import status_of
from tui.platforms.slurm.wire import Record

__all__ = ["READ", "SIZES", "Logs"]

SIZES = (
    'for f; do if [ -f "$f" ]; then if [ -r "$f" ]; then wc -c <"$f"; else echo denied; fi; '
    'elif [ -d "${f%/*}" ]; then echo missing; else echo nofolder; fi; done'
)
"""One line a path: its size in bytes, or why there is none. No exclamation mark: a C shell may read it first."""
READ = (
    'f=$1 s=$2 n=$3; [ -r "$f" ] || exit 45; z=$(wc -c <"$f"); [ "$s" -lt 0 ] && s=$((z+s)); [ "$s" -lt 0 ] && s=0; '
    'echo "$((z+0)) $s"; tail -c +$((s+1)) -- "$f" | head -c "$n"'
)
"""The file's size and the offset on the first line, then the bytes; a negative offset counts from the end."""
_FAILED = 20
"""Failed elements of an array whose logs are named."""
_CAP = 1 << 28
_WHY = {
    "missing": "the log {path} does not exist, or no longer exists",
    "nofolder": "the folder {folder} does not exist, so there is no log",
    "denied": "the log {path} may not be read by this user",
}


def _script(text: str, *words: str) -> Command:
    return Command(("sh", "-c", text, "taskdeck-log", *words))


class Logs:
    """Reads files of the host; never more than one at a time."""

    def __init__(self, host: Host, jobs: Jobs) -> None:
        self._account = host.account
        self._host = host
        self._jobs = jobs

    async def index(self, ref: TaskRef) -> LogIndex:
        """The logs of a job or element; of an array those of its failed elements.

        Raises:
            NotFound: There is no such job.
        """
        array = self._jobs.array(ref.id)
        if array is not None:
            records = [r for r in array.elements.values() if status_of(r.state) is TaskStatus.FAILED][:_FAILED]
            if not records:
                return LogIndex((), "no element of the array failed; open one of its elements to read its log")
            return await self._of(records)
        record = self._jobs.find(ref.id)
        if record is None:
            raise NotFound(self._account, f"looking for the logs of {ref}", "no such job is known")
        if not record.ran:
            waits = status_of(record.state) is TaskStatus.QUEUED
            why = "it has not started, so there is no log yet" if waits else "it never started, so there is no log"
            return LogIndex((), why)
        return await self._of([record])

    async def _of(self, records: Sequence[Record]) -> LogIndex:
        found = [(r, stream, path) for r in records for stream, path in await self._paths(r) if path is not None]
        if not found:
            return LogIndex((), "Slurm does not report where the log is")
        sizes = await self._sizes([path for _, _, path in found])
        sources, whys = [], []
        for (record, stream, path), size in zip(found, sizes, strict=True):
            if size.isdigit():
                ref = TaskRef(self._account, element_id(record))
                growing = not status_of(record.state).is_final
                name = plain(path.rsplit("/", 1)[-1], 200)
                sources.append(LogSource(ref, name, stream, path, int(size), growing))
            else:
                folder = path.rsplit("/", 1)[0] or "/"
                whys.append(plain(_WHY.get(size, "{path} cannot be read").format(path=path, folder=folder), 500))
        return LogIndex(tuple(sources), None if sources else "; ".join(dict.fromkeys(whys)))

    async def _paths(self, record: Record) -> Iterable[tuple[Stream, str | None]]:
        """As told by the list; where it tells nothing (old accounting), as the controller still may."""
        stdout, stderr = log_paths(record)
        if record.stdout is None and record.queued is False:
            told = await self._host.controller(element_id(record))
            stdout = told.get("StdOut") or stdout
            stderr = told.get("StdErr") or None
            stderr = None if stderr in {stdout, "(null)"} else stderr
        return (Stream.STDOUT, stdout), (Stream.STDERR, stderr)

    async def _sizes(self, paths: Sequence[str]) -> list[str]:
        answer = await self._host.run(_script(SIZES, *paths), "looking for logs", lane="log")
        lines = [line.strip() for line in answer.out.decode("ascii", "replace").splitlines()]
        if len(lines) != len(paths):
            raise UnexpectedAnswer(self._account, "looking for logs", "the host's answer cannot be read")
        return lines

    async def read(self, source: LogSource, start: int, limit: int) -> LogPart:
        """`limit` bytes from `start`; a negative start counts from the end."""
        doing = f"reading {source.name} of {source.ref}"
        command = _script(READ, source.key, str(start), str(min(limit, _CAP)))
        try:
            answer = await self._host.run(command, doing, lane="log")
        except Rejected as error:
            raise self._gone(error, doing, source) from None
        return self._part(answer, doing)

    def _gone(self, error: PlatformError, doing: str, source: LogSource) -> PlatformError:
        if error.code != 45:
            return error
        return Forbidden(self._account, doing, f"the log {plain(source.key, 300)} does not exist or may not be read")

    def _part(self, answer: Finished, doing: str) -> LogPart:
        head, newline, data = answer.out.partition(b"\n")
        found = re.fullmatch(rb"(\d+) (\d+)", head.strip())
        if not newline or found is None:
            raise UnexpectedAnswer(self._account, doing, "the host's answer cannot be read")
        return LogPart(data, int(found[2]), int(found[1]))

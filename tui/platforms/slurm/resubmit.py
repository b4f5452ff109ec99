"""A job again as a new one: its stored script, the options that its record tells, its arguments."""

import shlex
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from tui.domain.action import Accepted
from tui.domain.errors import NotFound, Rejected, Sent, UnexpectedAnswer
from tui.domain.task import TaskRef
from tui.domain.text import plain
from tui.platforms.shell import Command, Finished
from tui.platforms.slurm import commands
from tui.platforms.slurm.accounting import Accounting
from tui.platforms.slurm.arguments import Unclear, arguments_of, given_arguments
from tui.platforms.slurm.host import Host
from tui.platforms.slurm.indexes import Indexes
from tui.platforms.slurm.jobs import Jobs
from tui.platforms.slurm.wire import Record

__all__ = ["Resubmission"]

_OPTIONS = {
    "partition": "--partition", "account": "--account", "qos": "--qos", "time": "--time", "limit": "--time",
    "cpus": "--cpus-per-task", "memory": "--mem", "mem": "--mem", "nodes": "--nodes", "name": "--job-name",
    "array": "--array", "comment": "--comment", "constraint": "--constraint", "gres": "--gres", "ntasks": "--ntasks",
}  # fmt: skip
"""Settings of a rerun, as `sbatch` takes them."""
_ARGUMENTS = "args"
"""The setting with the script's arguments."""


@dataclass(frozen=True, slots=True)
class Resubmission:
    """Submits stored scripts again; `act` sends a command once."""

    host: Host
    jobs: Jobs
    accounting: Accounting
    act: Callable[[Command, str], Awaitable[Finished]]

    async def submit(self, ref: TaskRef, settings: Mapping[str, str], indexes: Indexes | None) -> Accepted:
        """Source: `scontrol write batch_script` or `sacct -B`, then `sbatch`.

        Args:
            indexes: The elements of the new array; None for all that the old one had.

        Raises:
            PlatformError: It cannot be submitted.
        """
        account, doing = self.host.account, f"rerunning {ref}"
        array = self.jobs.array(ref.id)
        record = array.any if array is not None else self.jobs.find(ref.id)
        if record is None:
            raise NotFound(account, doing, "no such job is known", sent=Sent.NO)
        if indexes is None and record.index is not None and array is None:
            indexes = Indexes.of([record.index])
        if indexes is None and array is not None:
            indexes = Indexes.of([*array.elements, *(i for r in array.waiting for i in r.waiting), *array.vanished()])
        options = self._options(record, settings, indexes, doing)
        script = await self._script(record, doing)
        arguments = await self._arguments(record, settings, doing)
        words = ["sbatch", "--parsable", *options, *(["/dev/stdin", *arguments] if arguments else [])]
        answer = await self.act(commands.slurm(*words, stdin=script), doing)
        new = answer.out.decode("utf-8", "replace").strip().split(";")[0]
        if not new.isdigit():
            why = "the answer names no job; look at the list before you repeat it"
            raise UnexpectedAnswer(account, doing, why, sent=Sent.MAYBE)
        await self.jobs.look(since=self.host.clock.monotonic())
        message = "the script that Slurm holds was submitted again; the old log stays"
        if len(arguments) > 1:  # Slurm does not keep where one ends, so the user is to see how they were read
            message += f"; its arguments: {plain(shlex.join(arguments), 200)}"
        return Accepted(new=TaskRef(account, new), message=message)

    def _options(self, record: Record, settings: Mapping[str, str], indexes: Indexes | None, doing: str) -> list[str]:
        """What the command line of the old job said, as far as its record tells, with the user's changes."""
        if unknown := [name for name in settings if name not in _OPTIONS and name != _ARGUMENTS]:
            why = f"{unknown[0]} is not a setting of a rerun; there are {', '.join([*_OPTIONS, _ARGUMENTS])}"
            raise Rejected(self.host.account, doing, why, sent=Sent.NO)
        options = {
            "--job-name": record.name,
            "--chdir": record.workdir,
            "--partition": record.partition,
            "--account": record.account,
            "--qos": record.qos,
            "--time": None if record.limit is None else str(max(1, int(record.limit.total_seconds() // 60))),
            "--output": _pattern(record.stdout, record),
            "--error": None if record.stderr == record.stdout else _pattern(record.stderr, record),
            "--comment": record.comment,
            "--array": None if indexes is None else _array(indexes, record),
        }
        options |= {_OPTIONS[name]: value for name, value in settings.items() if name in _OPTIONS}
        return [f"{name}={value}" for name, value in options.items() if value]

    async def _arguments(self, record: Record, settings: Mapping[str, str], doing: str) -> list[str]:
        try:
            if (text := settings.get(_ARGUMENTS)) is not None:
                return given_arguments(text)
            told = await self.host.controller_text(record.id)
            found = arguments_of(told, record.name, record.submit_line)
            if found is None:  # accounting has not been asked for it yet
                number = record.array_id or record.id.partition("+")[0]
                lines = [row.submit_line for row in await self.accounting.of([number]) if row.submit_line]
                found = arguments_of(told, record.name, lines[0]) if lines else None
            if found is not None:
                return found
            why = (
                f'Slurm does not tell this script\'s arguments; give them as {_ARGUMENTS}="...", none as {_ARGUMENTS}='
            )
        except Unclear as error:
            why = (
                f"Slurm keeps a script's arguments without their quotes, and these can be read in more than one way: "
                f'{plain(str(error), 120)!r}; give them as {_ARGUMENTS}="...", or requeue, which keeps them'
            )
        except ValueError as error:
            why = f"{_ARGUMENTS}: {error}"
        raise Rejected(self.host.account, doing, why, sent=Sent.NO)

    async def _script(self, record: Record, doing: str) -> bytes:
        number = record.array_id or record.id.partition("+")[0]
        try:
            answer = await self.host.run(commands.slurm("scontrol", "write", "batch_script", number, "-"), doing)
        except (NotFound, Rejected):
            answer = await self.host.run(commands.slurm("sacct", "-B", "-j", number), doing)
            _, _, body = answer.out.partition(b"\n")
            answer = Finished(0, body.partition(b"\n")[2])
        script = answer.out.lstrip(b"\n")
        if not script.startswith(b"#!"):
            why = "Slurm does not hold its script any more, so it cannot be submitted again; requeue may still do"
            raise Rejected(self.host.account, doing, why, sent=Sent.NO)
        return script


def _pattern(path: str | None, record: Record) -> str | None:
    """The pattern of a log that was given; None for the default, which names the old job."""
    if path is None or path.endswith((f"slurm-{record.job_id}.out", f"slurm-{record.array_id}.out")):
        return None
    return None if path.rsplit("/", 1)[-1].startswith("slurm-%A_%a") else path


def _array(indexes: Indexes, record: Record) -> str:
    throttle = record.waiting.throttle or indexes.throttle
    return f"{indexes}%{throttle}" if throttle else str(indexes)

"""Batch scripts from rows of parameters: what `sbatch` takes as options, and the rest as the job's environment."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tui.domain.action import Accepted
from tui.domain.errors import Sent, UnexpectedAnswer
from tui.domain.submission import Checked, Flaw, Row, Submission, plain_value, words
from tui.domain.task import TaskRef
from tui.domain.text import plain
from tui.platforms.shell import Shell
from tui.platforms.slurm import commands
from tui.platforms.slurm.host import Host

__all__ = ["Submitter"]

_OPTIONS = {
    "name": "--job-name", "partition": "--partition", "slurm_account": "--account", "qos": "--qos", "time": "--time",
    "limit": "--time", "cpus": "--cpus-per-task", "memory": "--mem", "mem": "--mem", "nodes": "--nodes",
    "ntasks": "--ntasks", "array": "--array", "comment": "--comment", "constraint": "--constraint", "gres": "--gres",
    "chdir": "--chdir", "output": "--output", "error": "--error", "dependency": "--dependency", "begin": "--begin",
}  # fmt: skip
_SCRIPT, _ARGUMENTS = "script", "arguments"
_INPUT = "in."
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_RESERVED = re.compile(r"(SLURM|SBATCH|SRUN|SACCT|SQUEUE|LD|DYLD)_|(PATH|HOME|SHELL|IFS|BASH_ENV|ENV|TMPDIR)\Z")
"""Variables that would change what `sbatch` itself does."""
_LARGEST = 4 << 20
"""Bytes of a script; Slurm's own limit is the same by default."""


class Submitter:
    """What the rows of a file ask for, on one cluster."""

    starts = True
    """What is submitted runs as soon as there is room."""

    def __init__(self, host: Host, shell: Shell) -> None:
        self._host = host
        self._shell = shell

    async def check(self, rows: Sequence[Row]) -> Checked:
        """Each row on its own: its script is read from this machine; nothing is asked of the cluster."""
        submissions, flaws = [], list[Flaw]()
        scripts: dict[Path, str] = {}
        for row in rows:
            found, wrong = _read(row, scripts)
            flaws += wrong
            if found is not None:
                submissions.append(found)
        return Checked(tuple(submissions), tuple(flaws))

    async def submit(self, submissions: Sequence[Submission]) -> Accepted:
        """One job or array. Source: `sbatch`, which gets the script on its standard input."""
        (one,) = submissions
        doing = f"submitting {one.row.place}"
        arguments = one.body["arguments"]
        line = ["sbatch", "--parsable", *one.body["options"], *(["/dev/stdin", *arguments] if arguments else [])]
        command = commands.slurm(*line, stdin=one.body["script"].encode(), env=one.body["environment"])
        try:
            judge = commands.judge(self._host.account, doing, self._host.where)
            answer = await self._shell.act(command, doing=doing, judge=judge)
        finally:
            self._host.pace.acted()
        number = answer.out.decode("utf-8", "replace").strip().split(";")[0]
        if not number.isdigit():
            why = "the answer names no job; look at the list before you repeat it"
            raise UnexpectedAnswer(self._host.account, doing, why, sent=Sent.MAYBE)
        return Accepted(new=TaskRef(self._host.account, number))


def _read(row: Row, scripts: dict[Path, str]) -> tuple[Submission | None, list[Flaw]]:
    """What is sent for one row, and what is wrong with it."""
    flaws: list[Flaw] = []
    options: dict[str, str] = {}
    environment: dict[str, str] = {}
    for column, given in row.values.items():
        text = plain_value(given)
        if not text.isprintable():
            flaws.append(Flaw(row, column, "it holds a line break or a control character"))
        elif column in _OPTIONS:
            options[_OPTIONS[column]] = text
        elif column not in {_SCRIPT, _ARGUMENTS}:
            name = column.removeprefix(_INPUT)
            if not _VARIABLE.fullmatch(name) or _RESERVED.match(name):
                flaws.append(
                    Flaw(row, column, "it is neither an option of sbatch nor a name for a variable of the job")
                )
            environment[name] = text
    script = _script(row, scripts, flaws)
    if flaws or script is None:
        return None, flaws
    body: dict[str, Any] = {
        "script": script,
        "options": [f"{name}={text}" for name, text in options.items()],
        "arguments": words(row.values.get(_ARGUMENTS, "")),
        "environment": environment,
    }
    name = row.text("name") or row.text(_SCRIPT) or "sbatch"
    return Submission(
        row, plain(name, 200), f"a job of {plain(str(row.text(_SCRIPT)), 200)}, which is queued at once", body
    ), flaws


def _script(row: Row, scripts: dict[Path, str], flaws: list[Flaw]) -> str | None:
    """The text of the row's script, read once."""
    named = row.text(_SCRIPT)
    if named is None:
        flaws.append(Flaw(row, _SCRIPT, "which script? write a column script, or --set script=FILE"))
        return None
    path = row.folder / Path(named).expanduser()
    if path not in scripts:
        try:
            if path.stat().st_size > _LARGEST:
                raise ValueError("it is larger than 4 MB")
            scripts[path] = path.read_bytes().decode()
        except (OSError, ValueError) as error:
            why = error.strerror if isinstance(error, OSError) else str(error)
            flaws.append(Flaw(row, _SCRIPT, f"{path} cannot be read: {why}"))
            return None
    if not scripts[path].startswith("#!"):
        flaws.append(Flaw(row, _SCRIPT, f"{path} is not a script: its first line does not begin with #!"))
        return None
    return scripts[path]

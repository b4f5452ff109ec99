"""Where a job's output is: the filename patterns of `sbatch`, expanded as Slurm itself expands them."""

import re
from collections.abc import Mapping
from dataclasses import replace
from posixpath import join

from tui.platforms.slurm.wire import Record

__all__ = ["expand", "log_paths"]

_PATTERN = re.compile(r"%(\d*)([%AaJjNnstux])")
_ELEMENT_DEFAULT = "slurm-%A_%a.out"
_DEFAULT = "slurm-%j.out"
_OPTION = re.compile(r"(?<!\S)(-o|-e|--output|--error)(?:[= ]|(?<=-[oe]))(\S+)")
"""Before the script's name, which ends the options: a path with a space in it cannot be told from two words."""
_WIDEST = 10
"""Digits that a number is filled up to at most."""


def expand(pattern: str, record: Record) -> str:
    """The path with its `%` filled in; a backslash in it switches that off, as Slurm has it."""
    if "\\" in pattern:
        return pattern.replace("\\", "")
    values = _values(record)

    def filled(found: re.Match[str]) -> str:
        width, letter = found.groups()
        value = values.get(letter)
        if value is None:
            return found[0]
        return value.zfill(min(int(width), _WIDEST)) if width and value.isdigit() else value

    return _PATTERN.sub(filled, pattern)


def _values(record: Record) -> Mapping[str, str]:
    name = record.name.replace("/", "_")
    host = (record.node_list or "").split(",", 1)[0].split("[", 1)[0]
    return {
        "%": "%",
        "A": record.array_id or record.job_id,
        "a": str(record.index) if record.index is not None else "4294967294",
        "J": record.job_id,
        "j": record.job_id,
        "N": host,
        "n": "0",
        "s": "batch",
        "t": "0",
        "u": record.user or "",
        "x": name,
    }


def _submitted(record: Record) -> Record:
    """With the patterns that its command line named, where only accounting still knows the job."""
    if record.stdout is not None or not record.submit_line:
        return record
    found = dict(_OPTION.findall(record.submit_line))
    stdout = found.get("-o") or found.get("--output")
    return replace(record, stdout=stdout, stderr=found.get("-e") or found.get("--error"))


def log_paths(record: Record) -> tuple[str | None, str | None]:
    """Where stdout and stderr are, absolute; None for a stderr that is merged into stdout, and where nobody says.

    Without `-o`, 20.11 and 22.05 name the wrong file for an element (`slurm-4.out` by its own number) and 26.05 leaves
    out the folder; both are put right here.
    """
    record = _submitted(record)
    folder = record.workdir or ""
    own = join(folder, f"slurm-{record.job_id}.out")
    given = record.stdout
    if given is None or (record.index is not None and given == own):
        given = _ELEMENT_DEFAULT if record.index is not None else _DEFAULT
        if record.stdout is None and record.stderr is None and not folder:
            return None, None
    stdout = join(folder, expand(given, record))
    stderr = None if record.stderr is None else join(folder, expand(record.stderr, record))
    return stdout, None if stderr == stdout or record.stderr in {own, record.stdout} else stderr

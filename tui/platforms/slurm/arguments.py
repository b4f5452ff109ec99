"""The arguments that a batch script was given.

Slurm keeps them joined by spaces, up to 22.05 behind the script's path in `scontrol show job`, in 24.11 only in
accounting's `SubmitLine`, in 26.05 in both `SubmitLine`s; no version keeps where one ends and the next begins. So what
can be read in only one way is taken, and the rest is asked for.
"""

import re
import shlex

__all__ = ["Unclear", "arguments_of", "given_arguments"]

_COMMAND = re.compile(r"(?:^|\s)Network=\S*\s+Command=(.*?)(?: SubmitLine=(.*?))? WorkDir=", re.DOTALL)
_OLD = re.compile(r"\sPower=\S*\s*$", re.MULTILINE)
"""The last field up to 23.11, where the path is followed by the arguments."""
_ALONE = frozenset({
    "-H", "--hold", "-k", "--no-kill", "-Q", "--quiet", "-s", "--oversubscribe", "-v", "--verbose", "-W", "--wait",
    "-O", "--overcommit", "-E", "--contiguous", "--exclusive", "--ignore-pbs", "--requeue", "--no-requeue",
    "--parsable", "--reboot", "--spread-job", "--use-min-nodes", "--get-user-env", "--propagate", "--nice",
})  # fmt: skip
"""Options of `sbatch` that no value of their own follows."""
_PAIRED = {"(": ")", "[": "]", "{": "}"}


class Unclear(ValueError):
    """The arguments can be read in more than one way; the message holds them as Slurm keeps them."""


def given_arguments(text: str) -> list[str]:
    """Arguments that the user wrote, as a shell reads them.

    Raises:
        ValueError: A quote is not closed.
    """
    return shlex.split(text)


def arguments_of(told: str, name: str, submit_line: str | None) -> list[str] | None:
    """The arguments of a job; None where only accounting's line can tell them, and it is not given.

    Args:
        told: What `scontrol -o show job` says; empty where the controller has forgotten the job.
        name: The job's own, which may hold anything, such as ` Command=`.
        submit_line: As accounting has it.

    Raises:
        Unclear: They can be read in more than one way.
    """
    found = _COMMAND.search(told.replace(f"JobName={name}", "JobName=", 1))
    if found is None:
        return None if submit_line is None else _of_line(submit_line, None)
    command, line = found[1], found[2] or submit_line
    if command.startswith("("):  # (null): a script from stdin, or made by --wrap
        return []
    script, _, joined = command.partition(" ")
    if joined or _OLD.search(told):
        return _split(joined)
    return None if line is None else _of_line(line, script.rpartition("/")[2])


def _split(joined: str) -> list[str]:
    """At each space, unless that tears something apart.

    Raises:
        Unclear: A part is empty, or a quote or bracket is open in it.
    """
    if not joined:
        return []
    parts = joined.split(" ")
    if any(not part or _is_open(part) for part in parts):
        raise Unclear(joined)
    return parts


def _is_open(part: str) -> bool:
    odd = part.count('"') % 2 or part.count("'") % 2
    return bool(odd) or any(part.count(a) != part.count(b) for a, b in _PAIRED.items()) or any(map(str.isspace, part))


def _of_line(line: str, script: str | None) -> list[str]:
    """What stands behind the script in `sbatch OPTIONS SCRIPT ARGUMENTS`.

    Args:
        line: The submission.
        script: The script's name without its folder; None where it is not known.

    Raises:
        Unclear: As for `_split`, or the script cannot be found.
    """
    words = line.split(" ")
    position = 1
    while position < len(words) and words[position].startswith("-") and len(words[position]) > 1:
        word = words[position]
        if word.startswith("--wrap"):
            return []
        takes_next = word not in _ALONE and "=" not in word and (word.startswith("--") or len(word) == 2)
        position += 2 if takes_next else 1
    if script is not None:
        places = [n for n, word in enumerate(words) if word.rpartition("/")[2] == script]
        later = [n for n in places if n >= position]
        position = (later or places or [0])[0]
        if len(later) > 1 or not places:  # an option's value with a space in it may hold the name too
            raise Unclear(line)
    return _split(" ".join(words[position + 1 :]))

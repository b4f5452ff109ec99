"""What a failure says with the fields at hand: reason, errors, exit code, native word."""

import re
from dataclasses import dataclass

from tui.domain.exitcode import exit_text, signal_name
from tui.domain.named_exit import exit_of, texts_of
from tui.domain.signature.find import find_error
from tui.domain.signature.tiers import is_wrapper
from tui.domain.task import Task

__all__ = ["CHILDREN", "NOTHING", "Said", "said_by", "says_only_that_it_failed"]

NOTHING = "(no log and no exit code)"
"""The signature of a failure that nobody says anything about."""
CHILDREN = "(children failed)"
"""The signature of a batch that failed only because children of it did: the reasons are theirs."""
_STATUS = re.compile(
    r"\A\W*(?:\w+\s)?(?:failed|failure|error|aborted|terminated|task failed|job failed)(?:\s[\d,]+/[\d,]+)?\W*\Z",
    re.IGNORECASE,
)
"""What only says that it failed, or how many of its jobs did (ET Engine's batches)."""


@dataclass(frozen=True, slots=True)
class Said:
    """One failure's own words."""

    text: str
    """One line, not masked."""
    exit_code: int | None

    @property
    def explains(self) -> bool:
        """False where it only says that it failed, so that a log would tell more."""
        return not says_only_that_it_failed(self.text)


def says_only_that_it_failed(text: str) -> bool:
    """Whether a platform's sentence, or a signature made of it, gives no reason."""
    return text.startswith((NOTHING, "exit ")) or is_wrapper(text)


def said_by(task: Task) -> Said:
    """What the task says of its failure, the most telling first."""
    code = exit_of(task)
    lines = list(dict.fromkeys(_line(text) for text in texts_of(task) if not _STATUS.match(text)))
    if lines:
        # The most telling: the first that does not only repeat somebody else's failure.
        line = lines[0] if len(lines) == 1 else min(lines, key=is_wrapper)
        return Said(_with_signal(line, code), code)
    if task.counts is not None and task.counts.failed:
        return Said(CHILDREN, code)
    if code is None:
        known = task.native_status.upper() in {"", "FAILED", "FAILURE", "ERROR"}
        return Said(NOTHING if known else f"{NOTHING} {task.native_status}", None)
    return Said(exit_text(code), code)


def _with_signal(line: str, code: int | None) -> str:
    """The line with the signal that its exit code stands for, in whichever of the three notations it is given."""
    name = signal_name(code)
    return f"{line} ({name})" if name and is_wrapper(line) and f"{code}" in line and "SIG" not in line else line


def _line(text: str) -> str:
    """The text's one line that says most."""
    if "\n" in text and (found := find_error(text, failed=True)):
        return found.text
    return text.strip().split("\n", 1)[0]

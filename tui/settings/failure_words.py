"""What failed tasks say by their own fields, for a filter's `sig` and `class`.

The rules are loaded at the first question: the list is painted without them.
"""

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from tui.domain.task import Task

if TYPE_CHECKING:
    from tui.domain.signature.classes import Rules

__all__ = ["FailureWords"]


class FailureWords:
    """Signature and class of one task, without its logs."""

    def __init__(self, config: Path | None = None) -> None:
        self._config = config

    @cached_property
    def _rules(self) -> "Rules":
        from tui.settings.rules import failure_rules

        return failure_rules(self._config)

    def signature(self, task: Task) -> str | None:
        """Masked, as triage shows it; None for one that did not fail."""
        from tui.domain.triage import signature_of

        return signature_of(task)

    def error_class(self, task: Task) -> str | None:
        """The class that the rules give; None for one that did not fail."""
        from tui.domain.triage import class_of

        return class_of(task, self._rules)

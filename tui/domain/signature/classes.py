"""Classes of failures, and the rules that tell them from what was said."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

__all__ = ["FailureClass", "Rule", "Rules"]


class FailureClass(StrEnum):
    """What kind of trouble it is: who can do something about it."""

    MEMORY = "memory"
    TIME = "time"
    INPUT = "input"
    ACCESS = "access"
    DISK = "disk"
    IMAGE = "image"
    CODE = "code"
    INFRA = "infra"
    NETWORK = "network"
    NUMERIC = "numeric"
    USER = "user"
    UNKNOWN = "unknown"


SUGGESTIONS = {
    FailureClass.MEMORY: "rerun with more memory",
    FailureClass.TIME: "rerun with a longer limit or smaller parts",
    FailureClass.INPUT: "fix the input, then rerun",
    FailureClass.ACCESS: "get access, then rerun",
    FailureClass.DISK: "rerun with a larger disk",
    FailureClass.IMAGE: "fix the image or what is installed in it",
    FailureClass.CODE: "fix the program; a rerun alone fails again",
    FailureClass.INFRA: "rerun as is",
    FailureClass.NETWORK: "rerun as is; the other end may be back",
    FailureClass.NUMERIC: "change the parameters, then rerun",
    FailureClass.USER: "correct the settings or the command line",
    FailureClass.UNKNOWN: "read a sample log",
}
"""What usually helps, where a rule does not say more."""

_TOLD = re.compile(r"exit (-?\d+)(?: \(SIG[A-Z]+\))?\Z")


@dataclass(frozen=True)
class Rule:
    """Failures that say this are of that class."""

    klass: FailureClass
    pattern: str | None = None
    """Searched in what was said, small and capital letters alike; None for any text."""
    exits: frozenset[int] = frozenset()
    """Only these exit codes; empty for all."""
    suggestion: str | None = None
    """What helps; None for what usually helps in this class."""

    @cached_property
    def _regex(self) -> re.Pattern[str] | None:
        return None if self.pattern is None else re.compile(self.pattern, re.IGNORECASE)

    def matches(self, said: str, exit_code: int | None) -> bool:
        """Whether the rule speaks of this failure."""
        if self.exits and exit_code not in self.exits:
            return False
        return self._regex is None or self._regex.search(said) is not None

    @property
    def advice(self) -> str:
        """What helps."""
        return self.suggestion or SUGGESTIONS[self.klass]


class Rules:
    """Rules in the order they are asked: the first that matches decides."""

    def __init__(self, rules: Sequence[Rule] = ()) -> None:
        self._rules = tuple(rules)

    def of(self, said: str, exit_code: int | None) -> tuple[FailureClass, str]:
        """The class of what was said, and what to do about it."""
        if told := _TOLD.match(said):
            # The program's own code; the task's may be that of something around it.
            exit_code = int(told[1])
        for rule in self._rules:
            if rule.matches(said, exit_code):
                return rule.klass, rule.advice
        return FailureClass.UNKNOWN, SUGGESTIONS[FailureClass.UNKNOWN]

"""Classes of failures, and what tells them from what was said: the user's rules, then a vocabulary with weights."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property, lru_cache

from tui.domain.exitcode import EXIT_WORDS
from tui.domain.signature.languages import in_english, spoken_in
from tui.domain.signature.mask import worded

__all__ = ["Advice", "FailureClass", "Rule", "Rules", "Verdict", "Vocabulary"]


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
"""What usually helps, where nothing is known of the tool."""

SILENT = "the log ends without an error"
"""What is said of a log that was read and tells of no failure."""
_CHILDREN = "(children failed)"
_TOLD = re.compile(r"exit (-?\d+)(?: \(SIG[A-Z]+\))?\Z")
_SIGNAL = re.compile(r"\((SIG[A-Z]+)\)|\b(SIG[A-Z]{2,})\b")
_TERM = 9
"""Words of this weight count double: nobody means anything else by them."""
_SURE = 6
"""A class that leads by so much is sure; one that leads by less than a third of it is a guess."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The class of a failure, and why it is that one."""

    klass: FailureClass
    suggestion: str
    """What helps, in a few words; `probably:` or `perhaps:` before it where that is not sure."""
    because: tuple[str, ...] = ()
    """The words of the line that gave the class, or the rule of the user's that did."""
    runner_up: FailureClass | None = None
    """The class that came second, where one did."""


@dataclass(frozen=True)
class Rule:
    """A rule of the user's: failures that say this are of that class."""

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


@dataclass(frozen=True, slots=True)
class Advice:
    """What helps with one tool's failures of a class."""

    klass: FailureClass
    tool: re.Pattern[str]
    """Searched in the line as it stands."""
    text: str


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words of each class, how much each one weighs, and what helps."""

    words: Mapping[FailureClass, Sequence[tuple[int, re.Pattern[str]]]] = field(default_factory=dict)
    """In the order in which equals win. All expressions of one weight are one pattern, of which two count."""
    exits: Mapping[int, FailureClass] = field(default_factory=dict)
    """For failures of which only the exit code is known."""
    advice: Sequence[Advice] = ()


class Rules:
    """What tells classes: the user's rules in their order, of which the first match decides, then the weights."""

    def __init__(self, rules: Sequence[Rule] = (), vocabulary: Vocabulary | None = None) -> None:
        self._rules = tuple(rules)
        self._vocabulary = vocabulary or Vocabulary()
        self._judged = lru_cache(maxsize=4096)(self._weigh)

    def of(self, said: str, exit_code: int | None) -> tuple[FailureClass, str]:
        """The class of what was said, and what to do about it."""
        verdict = self.judge(said, exit_code)
        return verdict.klass, verdict.suggestion

    def judge(self, said: str, exit_code: int | None) -> Verdict:
        """The class of what was said, and why it is that one."""
        told = _TOLD.match(said)
        if told:
            # The program's own code; the task's may be that of something around it.
            exit_code = int(told[1])
        for rule in self._rules:
            if rule.matches(said, exit_code):
                pattern = rule.pattern or f"exit {exit_code}"
                return Verdict(rule.klass, rule.advice, (f"your rule: {pattern}",))
        if said == _CHILDREN:
            return Verdict(FailureClass.UNKNOWN, "the reasons are the children's")
        if told or said == SILENT or said.startswith("("):
            by_code = self._by_exit(said, exit_code)
            if by_code is not None or told:
                return by_code or Verdict(FailureClass.UNKNOWN, SUGGESTIONS[FailureClass.UNKNOWN])
            if said == SILENT:
                return Verdict(
                    FailureClass.UNKNOWN, "the log does not say why; look at the task's limits and other logs"
                )
        verdict = self._judged(said)
        if verdict.klass is FailureClass.UNKNOWN:
            return self._by_exit(said, exit_code) or verdict
        return verdict

    def _by_exit(self, said: str, exit_code: int | None) -> Verdict | None:
        klass = self._vocabulary.exits.get(exit_code) if exit_code is not None else None
        if klass is None:
            return None
        word = EXIT_WORDS.get(exit_code or 0, "")
        return Verdict(klass, self._advice(klass, f"{exit_code} {said} {word}"), (f"exit {exit_code}",))

    def _weigh(self, said: str) -> Verdict:
        """The class whose words weigh most."""
        line = worded(in_english(said, spoken_in(said)))
        sums: dict[FailureClass, int] = {}
        because: dict[FailureClass, list[str]] = {}
        for klass, weighted in self._vocabulary.words.items():
            for weight, pattern in weighted:
                found = {match[0].strip().lower() for match in pattern.finditer(line) if match[0].strip()}
                if found:
                    sums[klass] = sums.get(klass, 0) + (weight if weight < _TERM else 2 * weight) * min(2, len(found))
                    because.setdefault(klass, []).extend(sorted(found))
        if not sums:
            return Verdict(FailureClass.UNKNOWN, SUGGESTIONS[FailureClass.UNKNOWN])
        order = sorted(sums, key=lambda klass: -sums[klass])
        best, second = order[0], order[1] if len(order) > 1 else None
        lead = sums[best] - (sums[second] if second is not None else 0)
        how = "" if lead >= _SURE or sums[best] >= 2 * _SURE else "probably: " if lead * 3 >= _SURE else "perhaps: "
        return Verdict(best, how + self._advice(best, said), tuple(because[best]), second)

    def _advice(self, klass: FailureClass, said: str) -> str:
        """What helps with this class of failure, with this tool's if that is known."""
        known = (
            advice.text for advice in self._vocabulary.advice if advice.klass is klass and advice.tool.search(said)
        )
        return next(known, SUGGESTIONS[klass])

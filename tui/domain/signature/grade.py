"""One line on its own: how much it says, and what it is for."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from tui.domain.signature.languages import in_english
from tui.domain.signature.lines import Line
from tui.domain.signature.message import announces
from tui.domain.signature.noise import BENIGN, COUNTED, NOISE, SUCCESS, TRIED
from tui.domain.signature.roles import Role
from tui.domain.signature.tiers import Tier, is_wrapper, tier_of

__all__ = ["grade"]

_SCREEN = (
    "err", "fail", "fatal", "exce", "abort", "kill", "can't", "cannot", "could not", "couldn't", "unable", "denied",
    "refused", "not ", "invalid", "corrupt", "trunc", "missing", "unexpected", "illegal", "out of", "overflow",
    "crash", "expired", "mismatch", "incompat", "unsupported", "diverge", "converge", "nan", "singular", "unauthor",
    "forbidden", "insufficient", "undefined", "unresolved", "unknown", "unrecogni", "no such", "no space",
    "no module", "segm", "signal", "sig", "panic", "assert", "timed", "timeout", "time limit", "limit", "terminat",
    "exit", "status", "killed", "oom", "memory", "fault", "usage", "licen", "bad", "stack", "free()", "malloc",
    "stop", "cancelled", "evicted", "preempt", "low on", "what():", "violat", "conflict", "lost", "unreach",
    "deadline", "sanitizer", "no ", "too ", "different", "must ", "requires", "wrong", "does not", "doesn", "empty",
    "already", "bracket", "unterminated", "undeclared", "exhaust", "near", "tokens", "must be", "impossible",
    "unbound", "attempt to", "specif", "option", "argument", "duplicate", "unique", "***", "nack", "halt", "hung",
    "dump", "trap", "interrupt",
)  # fmt: skip
"""A line with none of these in it is ordinary, whatever else it says."""
_GOT_OVER = re.compile(
    r"(?i)\b(?:retry|retrying|retried|try(?:ing)? again|will be tried|attempt \d|falling back|fall(?:s)? back|"
    r"using the (?:one|local|default|last|other|copy)|using defaults?|reading replica|replica is fine|instead|"
    r"going on|goes on|went on|continuing|carrying on|building it anew|recovered|staying on|is fine|"
    r"skipp(?:ed|ing)|ignored)\b"
)
"""What the line itself, or the next, says of a failure that did no harm."""


def grade(line: Line, after: Sequence[Line], spoken: Mapping[str, str]) -> tuple[str, Tier, Role] | None:
    """The line in English, its tier and role; None for one that neither tells nor shows that work went on."""
    text = line.text.strip()
    if spoken:
        text = in_english(text, spoken)
    kind = _kind(_numberless(line.text if text in line.text else text), line.called, line.warned)
    if kind is None:
        return None
    tier, role = kind
    if tier > Tier.WRAPPER and _got_over(text, after):
        return text, Tier.NONE, Role.BENIGN
    if tier is Tier.WRAPPER and _BARE.match(text) and after and not line.record and _carries(after[0]):
        return text, Tier.ERROR, Role.ANNOUNCEMENT
    return text, tier, role


def _numberless(text: str) -> str:
    """The text with its long numbers alike: thousands of lines of a log are a few dozen. Where a number may say which
    failure it is, it stays; so do zeros."""
    low = text.lower()
    return text if any(word in low for word in _CODED) else _LONG.sub("7", text)


_CODED = ("sig", "http", "status", "code", "exit", "return")
_LONG = re.compile(r"(?<![A-Za-z\d])0*[1-9]\d*")


_NOT_WELL = re.compile(r"(?i)\b(?:not|n't|un)[ -]?(?:be(?:en)? )?(?:complete|finish|succe|end)")


@lru_cache(maxsize=4096)
def _kind(full: str, called: bool, warned: bool) -> tuple[Tier, Role] | None:
    """Tier and role by the line alone; None for noise."""
    text = full.strip()
    low = text.lower()
    if not called and not any(word in low for word in _SCREEN):
        return None if NOISE.search(_LEVEL.sub("", full)) else (Tier.NONE, Role.WORK)
    if warned:
        # Workflow engines only warn of a step that failed.
        wrapped = is_wrapper(text) and not BENIGN.search(text)
        return (Tier.WRAPPER, Role.WRAPPER) if wrapped else (Tier.NONE, Role.BENIGN)
    tier = tier_of(text)
    if tier in {Tier.CAUSE, Tier.VERDICT}:
        return (Tier.NONE, Role.BENIGN) if TRIED.match(text) else (tier, Role.CAUSE)
    if NOISE.search(full):
        return None
    if (
        (SUCCESS.search(text) and not _NOT_WELL.search(text))
        or (tier and BENIGN.search(text))
        or (tier is Tier.WORDS and COUNTED.match(text))
    ):
        return Tier.NONE, Role.BENIGN
    if tier is Tier.NONE and not called:
        return Tier.NONE, Role.WORK
    if called and tier in {Tier.NONE, Tier.WORDS}:
        tier = Tier.ERROR
    return tier, Role.WRAPPER if tier is Tier.WRAPPER else Role.ANNOUNCEMENT if announces(text) else Role.CAUSE


_LEVEL = re.compile(r"\A\[?(?:INFO|DEBUG|NOTICE|TRACE)\]?:?\s+")
_BARE = re.compile(r"(?i)\A\W*(?:fatal |internal |critical )?error\W*\Z")
"""A heading and nothing else."""


def _carries(line: Line) -> bool:
    """Whether the line says more than that something failed."""
    text = line.text.strip()
    return any(c.isalpha() for c in text) and not is_wrapper(text)


def _got_over(text: str, after: Sequence[Line]) -> bool:
    """Whether the line, or the next, says that work went on all the same."""
    if _GOT_OVER.search(text):
        return True
    following = [line.text.strip() for line in after if line.text.strip() != text][:1]
    return any(
        _GOT_OVER.search(line[:120]) and not _HINT.search(line) and tier_of(line) <= Tier.WORDS for line in following
    )


_HINT = re.compile(r"(?i)\b(?:hint|tip|please|try|consider|you)\b")

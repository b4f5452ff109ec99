"""The two halves of the corpus, with what the platform said of each run."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from random import Random
from zlib import crc32

from tests.corpus.cause import Cause, filled, values
from tests.corpus.library import Log, held_out, read_all
from tests.corpus.recording import all_causes

__all__ = ["KINDS", "causes", "failures", "successes"]

KINDS = {
    0: "an ordinary failure",
    1: "the point stands on a neighbouring line",
    2: "no word like error in it, or usage text behind it",
    3: "wrappers and relays around the tool's own words",
    4: "the first fatal error against its consequences",
    5: "the words of containers, batch services and schedulers",
    6: "numbers, paths and names that look like a class",
    7: "masks that split or merge",
    8: "failures that were got over",
    9: "the platform's standard sentence",
    11: "other languages",
}


@cache
def causes() -> Mapping[str, Cause]:
    """Every recipe by its key."""
    return {cause.key: cause for cause in all_causes()}


@cache
def _logs() -> tuple[Log, ...]:
    return tuple(_with_reason(log) for log in read_all() if log.cause in causes())


def _with_reason(log: Log) -> Log:
    cause = causes()[log.cause]
    if not cause.reason:
        return log
    rng = Random(crc32(cause.key.encode()))
    own: dict[str, str] = {}
    for run in range(log.run + 1):
        own = values(run, rng)
    return replace(log, reason=filled(cause.reason, own))


def failures(*, check: bool, written: bool | None = None) -> list[Log]:
    """The logs of what failed, of the checking or the building half; `written` chooses messages copied from manuals."""
    return [
        log
        for log in _logs()
        if held_out(log) is check
        and not causes()[log.cause].succeeds
        and written in {None, causes()[log.cause].written}
    ]


def successes(*, check: bool | None = None) -> list[Log]:
    """The logs of what ended well, of a half or of both."""
    return [log for log in _logs() if causes()[log.cause].succeeds and check in {None, held_out(log)}]

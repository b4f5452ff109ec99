"""What instances print: text that only grows, so that a later buffer goes on where an earlier one ended."""

from collections.abc import Iterator
from random import Random

from tui.sandbox.qarnot.script import STORE, Instance, Script, Try

__all__ = ["BUFFER", "Streams"]

BUFFER = 1 << 20
"""Bytes a ring buffer holds: the contract leaves it open."""
_LINES, _LINES_OF_MANY = 240, 40
"""Lines of one attempt, and of each where a task has hundreds of instances."""


class Streams:
    """Both streams of every task and instance, and the cursors that POST moves."""

    def __init__(self, *, get_moves: bool = False, buffer: int = BUFFER) -> None:
        self._cursors: dict[tuple[str, str, int | None], int] = {}
        self._get_moves = get_moves
        self._buffer = buffer

    def read(self, script: Script, stream: str, instance: int | None, at: float, *, fresh: bool) -> bytes:
        """The buffer; or, with `fresh`, what was written since the last such call by anybody."""
        whole = text(script, stream, instance, at)
        start = max(0, len(whole) - self._buffer)
        key = (script.id, stream, instance)
        cursor = min(self._cursors.get(key, 0), len(whole))
        if fresh or self._get_moves:
            self._cursors[key] = len(whole)
        return whole[max(start, cursor) if fresh else start :]


def text(script: Script, stream: str, instance: int | None, at: float) -> bytes:
    """Everything written until `at` seconds; lines of the task's stream are prefixed with the instance's number."""
    chosen = [one for one in script.instances if instance is None or one.number == instance]
    lines: list[tuple[float, int, str]] = []
    for one in chosen:
        if one.tries[0].runs <= at:
            lines += [(moment, one.number, line) for moment, line in _written(script, one, stream) if moment <= at]
    lines.sort(key=lambda entry: entry[:2])
    if instance is None:
        return "".join(f"{number}> {line}\n" for _, number, line in lines).encode()
    return "".join(f"{line}\n" for _, _, line in lines).encode()


def _written(script: Script, one: Instance, stream: str) -> Iterator[tuple[float, str]]:
    """Moments and lines of all attempts."""
    for number, attempt in enumerate(one.tries):
        rng = Random(f"{script.id}:{one.number}:{number}:{stream}")
        yield from _stdout(script, one, attempt, rng) if stream == "stdout" else _stderr(script, one, attempt, rng)


def _stdout(script: Script, one: Instance, attempt: Try, rng: Random) -> Iterator[tuple[float, str]]:
    begin, end = attempt.runs, attempt.end - STORE
    if one.cause is not None and one.cause.key == "image":
        return
    study = script.study
    case = study.cases[one.number % len(study.cases)]
    yield begin, f"+ {study.command.format(s=case)}"
    yield begin, f"instance {one.number} on {one.machine.cpu}, {one.machine.cores} cores"
    count = _LINES_OF_MANY if len(script.ids) > 100 else _LINES
    step = max(1.0, (end - begin) / count)
    for k in range(1, int((end - begin) / step)):
        line = study.lines[k % len(study.lines)]
        x = f"{rng.uniform(1e-7, 1e-2):.6g}"
        yield begin + k * step, line.format(k=k, s=case, n=rng.randrange(100, 9_000), x=x)
    if attempt is one.tries[-1] and one.cause is None:
        yield end, "End"


def _stderr(script: Script, one: Instance, attempt: Try, rng: Random) -> Iterator[tuple[float, str]]:
    begin, end = attempt.runs, attempt.end - STORE
    if rng.random() < 0.5:
        yield begin, "warning: TERM environment variable not set."
    if attempt.preempted:
        yield end, "the machine is needed elsewhere: this instance runs again on another one"
    elif one.cause is not None:
        number = rng.randrange(100, 9_000)
        for line in one.cause.lines:
            yield end, line.format(n=number)

"""What the failed have in common that the successful have not.

Every field already held is tried: settings, arguments, metadata, machine, hour, place in the batch. With so many tries
something always looks odd, so a factor is named only if it would rarely come about by chance in *any* of them (Fisher's
exact test, one-sided, times the number of tests), if enough tasks have it, and if the failed have it much more often.
"""

import math
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC

from tui.domain.task import Job, Task, TaskRef

__all__ = ["ALPHA", "LEAST", "LIFT", "Common", "Comparison", "fisher"]

LEAST = 5
"""Failures that must share the value."""
LIFT = 3.0
"""How many times more frequent it must be among the failed."""
ALPHA = 0.01
"""Chance of naming anything where nothing is to be found, over all fields together."""
_PLACES = frozenset({"host", "instance", "region", "account"})
_BANDS = 10
_MANY = 12
"""A field with more different numbers than this is looked at in bands."""


@dataclass(frozen=True, slots=True)
class Common:
    """One value that failed tasks share."""

    field: str
    """As in the filter language: `host`, `instance`, `in.seed`, `meta.library`, `hour`, `child`."""
    value: str
    """The value; `a..b` for a band, both ends included."""
    failed: int
    """Failed tasks that have it."""
    of_failed: int
    """Failed tasks whose value of this field is known."""
    succeeded: int
    of_succeeded: int

    @property
    def lift(self) -> float:
        """How many times more frequent it is among the failed; infinite where no successful one has it."""
        ours = self.failed / self.of_failed
        theirs = self.succeeded / self.of_succeeded if self.of_succeeded else 0.0
        return ours / theirs if theirs else math.inf

    def __str__(self) -> str:
        """`all 9 on host et-w17 (2 of 812 that succeeded)`."""
        share = "all" if self.failed == self.of_failed else f"{self.failed:,} of"
        word = "on" if self.field in _PLACES else "with"
        return (
            f"{share} {self.of_failed:,} {word} {self.field} {self.value}"
            f" ({self.succeeded:,} of {self.of_succeeded:,} that succeeded)"
        )


def fisher(failed: int, of_failed: int, succeeded: int, of_succeeded: int) -> float:
    """The chance that at least so many of the failed have the value, were it dealt out blindly among all."""
    having, everyone = failed + succeeded, of_failed + of_succeeded

    def choose(n: int, k: int) -> float:
        return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)

    most = min(having, of_failed)
    base = choose(everyone, of_failed)
    total = 0.0
    for k in range(failed, most + 1):
        if of_failed - k > everyone - having:
            continue
        term = math.exp(choose(having, k) + choose(everyone - having, of_failed - k) - base)
        total += term
        if term < total * 1e-9:
            break
    return min(1.0, total)


def _hour(task: Task) -> str | None:
    return None if task.ended is None else f"{task.ended.astimezone(UTC):%Y-%m-%d %H}h"


def _spot(task: Task) -> str | None:
    return None if task.spot is None else "yes" if task.spot else "no"


def _job(name: str) -> Callable[[Task], str | None]:
    def read(task: Task) -> str | None:
        value = getattr(task, name) if isinstance(task, Job) else None
        return None if value is None else str(value)

    return read


_FIELDS: tuple[tuple[str, Callable[[Task], str | None]], ...] = (
    ("host", _job("host")),
    ("instance", lambda t: t.instance),
    ("region", lambda t: t.region),
    ("spot", _spot),
    ("app", lambda t: t.app),
    ("project", lambda t: t.project),
    ("account", lambda t: t.ref.account),
    ("batch", lambda t: t.parent.id if t.parent else None),
    ("user", lambda t: t.created_by),
    ("attempt", _job("attempt")),
    ("hour", _hour),
    ("child", lambda t: None if t.index is None else str(t.index)),
)
_MAPS: tuple[tuple[str, Callable[[Task], Mapping[str, str]]], ...] = (
    ("meta", lambda t: t.metadata),
    ("in", lambda t: t.arguments),
    ("set", lambda t: t.settings),
)


class _Table:
    """The values of each field, by the task's place; of numbers with many values, the bands they fall into."""

    def __init__(self, tasks: Sequence[Task], extra: Mapping[str, Mapping[TaskRef, str]]) -> None:
        self.columns: dict[str, list[str | None]] = {}
        for name, read in _FIELDS:
            column = [read(t) for t in tasks]
            self._add(name, column)
        for prefix, read_map in _MAPS:
            found: dict[str, list[str | None]] = {}
            for place, task in enumerate(tasks):
                for key, value in read_map(task).items():
                    if key not in found:
                        found[key] = [None] * len(tasks)
                    found[key][place] = value
            for key, column in found.items():
                self._add(f"{prefix}.{key}", column)
        for name, values in extra.items():
            self._add(name, [values.get(t.ref) for t in tasks])

    def _add(self, name: str, column: list[str | None]) -> None:
        distinct = set(column) - {None}
        if not distinct:
            return
        if len(distinct) > _MANY and (numbers := _numbers(column)) is not None:
            for label, banded in _bands(numbers, column):
                self.columns[f"{name}\0{label}"] = banded
        elif len(distinct) > 1:
            self.columns[name] = column


def _numbers(column: Sequence[str | None]) -> list[float] | None:
    """The column as numbers, or None if it holds anything else."""
    numbers = []
    try:
        for value in column:
            if value is not None:
                numbers.append(float(value))
    except ValueError:
        return None
    return numbers if all(map(math.isfinite, numbers)) else None


def _bands(numbers: Sequence[float], column: Sequence[str | None]) -> Iterable[tuple[str, list[str | None]]]:
    """The column as bands: tenths of all tasks, and the same shifted by half a band."""
    ordered = sorted(numbers)
    size = max(1, len(ordered) // _BANDS)
    for shift in (0, size // 2):
        cuts = sorted({ordered[i] for i in range(shift or size, len(ordered), size)})
        labels = []
        for low, high in zip([ordered[0], *cuts], [*cuts, math.inf], strict=True):
            inside = [n for n in ordered if low <= n < high]
            labels.append(f"{_number(inside[0])}..{_number(inside[-1])}" if inside else "")
        places = [None if v is None else bisect_right(cuts, float(v)) for v in column]
        yield str(shift), [None if p is None else labels[p] for p in places]


def _number(value: float) -> str:
    return str(int(value)) if value.is_integer() else f"{value:g}"


@dataclass(frozen=True, slots=True)
class _Claim:
    column: str
    common: Common
    chance: float


class Comparison:
    """Failed against succeeded, prepared once for all groups of failures."""

    def __init__(
        self,
        failed: Sequence[Task],
        succeeded: Sequence[Task],
        extra: Mapping[str, Mapping[TaskRef, str]] | None = None,
    ) -> None:
        """`extra` are fields that were asked for besides, by reference; those not asked for are unknown, not absent."""
        self._places = {task.ref: place for place, task in enumerate(failed)}
        self._failed = len(failed)
        self._table = _Table((*failed, *succeeded), extra or {})
        self._good = {name: Counter(column[self._failed :]) for name, column in self._table.columns.items()}

    def of(self, group: Iterable[TaskRef]) -> tuple[Common, ...]:
        """What these failures have in common, the least likely by chance first; each told only once.

        A factor is left out where a stronger one explains it (the region of the one bad host).
        """
        places = [self._places[ref] for ref in group]
        claims, tests = [], 0
        for name, column in self._table.columns.items():
            tested, best = self._field(name, [column[p] for p in places], self._good[name])
            tests += tested
            if best is not None:
                claims.append(best)
        claims = [c for c in claims if c.chance * max(1, tests) < ALPHA]
        claims.sort(key=lambda c: c.chance)
        told: list[_Claim] = []
        for claim in claims:
            if all(self._adds(claim, before, places) for before in told):
                told.append(claim)
        return tuple(c.common for c in told)

    def _field(self, name: str, values: list[str | None], good: Counter[str | None]) -> tuple[int, _Claim | None]:
        """The field's most unlikely value, and how many were tried."""
        bad = Counter(values)
        of_failed = len(values) - bad[None]
        of_succeeded = good.total() - good[None]
        tests, best = 0, None
        for value in bad.keys() | good.keys():
            if value is None or bad[value] + good[value] < LEAST or not of_succeeded:
                continue
            tests += 1
            common = Common(name.split("\0")[0], value, bad[value], of_failed, good[value], of_succeeded)
            if common.failed < LEAST or common.lift <= LIFT:
                continue
            chance = fisher(common.failed, of_failed, common.succeeded, of_succeeded)
            if best is None or chance < best.chance:
                best = _Claim(name, common, chance)
        return tests, best

    def _adds(self, claim: _Claim, before: _Claim, places: Sequence[int]) -> bool:
        """Whether the claim says more than the stronger one: among the tasks without that, or among those with it."""
        if claim.common.field == before.common.field:
            return False
        mine, theirs = self._table.columns[claim.column], self._table.columns[before.column]
        value, other = claim.common.value, before.common.value
        if self._same(mine, value, theirs, other, places):
            # `instance` and the setting that chose it are one fact; equal bands of two fields are two.
            return ".." in value or (value not in other and other not in value)
        everyone = (*places, *range(self._failed, len(mine)))
        for inside in (False, True):
            chosen = [p for p in everyone if (theirs[p] == other) is inside and mine[p] is not None]
            bad = [p for p in chosen if p < self._failed]
            having = sum(mine[p] == value for p in bad)
            good = len(chosen) - len(bad)
            well = sum(mine[p] == value for p in chosen) - having
            if (
                having >= LEAST
                and good
                and having / len(bad) > LIFT * well / good
                and fisher(having, len(bad), well, good) < ALPHA
            ):
                return True
        return False

    def _same(
        self, mine: list[str | None], value: str, theirs: list[str | None], other: str, places: Sequence[int]
    ) -> bool:
        """Whether both pick the very same tasks, so that nobody can tell which of them it is."""
        everyone = (*places, *range(self._failed, len(mine)))
        return all((mine[p] == value) is (theirs[p] == other) for p in everyone)

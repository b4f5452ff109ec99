"""What the failed have in common that the successful have not.

Every field already held is tried: settings, arguments, metadata, machine, hour, place in the batch. With so many tries
something always looks odd, so a factor is named only if it would rarely come about by chance in *any* of them (Fisher's
exact test, one-sided, times the number of tests), if enough tasks have it, and if the failed have it much more often.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
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
_MANY = 12
"""A field with more different numbers than this is looked at in ranges."""
_STRICT = (1.0, 2.0, 4.0)
"""How many times the share of the failed must exceed that of the good for a value to widen a range."""
_ENDS = 100
"""Different ends that ranges are tried with, as far as chance is reckoned."""
_CAUSES = 3
"""Causes looked for in one group."""


@dataclass(frozen=True, slots=True)
class Common:
    """One value that failed tasks share."""

    field: str
    """As in the filter language: `host`, `instance`, `in.seed`, `meta.library`, `hour`, `child`."""
    value: str
    """The value; `a..b` for a range, both ends included and both borne by a failed task."""
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


def _hour_of_day(task: Task) -> str | None:
    return None if task.ended is None else str(task.ended.astimezone(UTC).hour)


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
    ("hour_of_day", _hour_of_day),
    ("child", lambda t: None if t.index is None else str(t.index)),
)
_MAPS: tuple[tuple[str, Callable[[Task], Mapping[str, str]]], ...] = (
    ("meta", lambda t: t.metadata),
    ("in", lambda t: t.arguments),
    ("set", lambda t: t.settings),
)


class _Table:
    """The values of each field, by the task's place: words as they are, numbers with many values to find ranges in."""

    def __init__(self, tasks: Sequence[Task], extra: Mapping[str, Mapping[TaskRef, str]]) -> None:
        self.columns: dict[str, list[str | None]] = {}
        self.numbers: dict[str, list[float | None]] = {}
        for name, read in _FIELDS:
            self._add(name, [read(t) for t in tasks])
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
        if len(distinct) > _MANY and (numbers := _numbers(column)) is not None:
            self.numbers[name] = numbers
        elif len(distinct) > 1:
            self.columns[name] = column


def _numbers(column: Sequence[str | None]) -> list[float | None] | None:
    """The column as numbers, or None if it holds anything else."""
    try:
        numbers = [None if value is None else float(value) for value in column]
    except ValueError:
        return None
    return numbers if all(n is None or math.isfinite(n) for n in numbers) else None


def _heaviest(bad: Sequence[int], good: Sequence[int], strictness: float) -> tuple[int, int]:
    """Of all ranges the one where the share of the bad exceeds that of the good, `strictness` times, by most."""
    ours, theirs = max(1, sum(bad)), max(1, sum(good))
    best, first, last = 0.0, 0, -1
    weight, begun = 0.0, 0
    for place, (b, g) in enumerate(zip(bad, good, strict=True)):
        weight += b / ours - strictness * g / theirs
        if weight <= 0:
            weight, begun = 0.0, place + 1
        elif weight > best:
            best, first, last = weight, begun, place
    return first, last


def _number(value: float) -> str:
    return str(int(value)) if value.is_integer() else f"{value:g}"


@dataclass(frozen=True, slots=True)
class _Claim:
    common: Common
    chance: float
    values: Sequence[str | None]
    """Of everyone, by place: what the claim is about, as words."""


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
        self._ordered = {
            name: sorted((n, place) for place, n in enumerate(column) if n is not None)
            for name, column in self._table.numbers.items()
        }

    def of(self, group: Iterable[TaskRef]) -> tuple[Common, ...]:
        """What these failures have in common, the least likely by chance first; each told only once.

        A factor is left out where a stronger one explains it (the region of the one bad host). Those that no factor
        explains are then looked at apart, for there may be two causes in one group.
        """
        places = [self._places[ref] for ref in group]
        told: list[_Claim] = []
        rest = places
        for _ in range(_CAUSES):
            found = [claim for claim in self._claims(rest) if self._is_new(claim, told)]
            for claim in found:
                if all(self._adds(claim, before, rest) for before in told):
                    told.append(self._of_all(claim, places))
            left = [p for p in rest if not any(c.values[p] == c.common.value for c in told)]
            if not found or len(left) < LEAST or len(left) == len(rest):
                break
            rest = left
        return tuple(claim.common for claim in told)

    def _is_new(self, claim: _Claim, told: Sequence[_Claim]) -> bool:
        return all((claim.common.field, claim.common.value) != (c.common.field, c.common.value) for c in told)

    def _of_all(self, claim: _Claim, places: Sequence[int]) -> _Claim:
        """The claim with its counts among the whole group."""
        common = claim.common
        known = [p for p in places if claim.values[p] is not None]
        having = sum(claim.values[p] == common.value for p in known)
        return replace(claim, common=replace(common, failed=having, of_failed=len(known)))

    def _claims(self, places: Sequence[int]) -> list[_Claim]:
        """Each field's least likely value or range among these failures, where chance does not explain it."""
        claims, tests = [], 0
        for name, column in self._table.columns.items():
            tested, best = self._field(name, column, places)
            tests += tested
            if best is not None:
                claims.append(best)
        for name in self._table.numbers:
            tested, best = self._range(name, places)
            tests += tested
            if best is not None:
                claims.append(best)
        claims = [c for c in claims if c.chance * max(1, tests) < ALPHA]
        return sorted(claims, key=lambda c: c.chance)

    def _field(self, name: str, column: Sequence[str | None], places: Sequence[int]) -> tuple[int, _Claim | None]:
        """The field's most unlikely value, and how many were tried."""
        bad, good = Counter(column[p] for p in places), self._good[name]
        of_failed = len(places) - bad[None]
        of_succeeded = good.total() - good[None]
        tests, best = 0, None
        for value in bad.keys() | good.keys():
            if value is None or bad[value] + good[value] < LEAST or not of_succeeded:
                continue
            tests += 1
            common = Common(name, value, bad[value], of_failed, good[value], of_succeeded)
            if common.failed < LEAST or common.lift <= LIFT:
                continue
            chance = fisher(common.failed, of_failed, common.succeeded, of_succeeded)
            if best is None or chance < best.chance:
                best = _Claim(common, chance, column)
        return tests, best

    def _range(self, name: str, places: Sequence[int]) -> tuple[int, _Claim | None]:
        """The number's most unlikely range, wherever the data put its ends, and for how many ranges that stands."""
        ours = set(places)
        values: list[float] = []
        bad: list[int] = []
        good: list[int] = []
        for value, place in self._ordered[name]:
            if place < self._failed and place not in ours:
                continue
            if not values or value != values[-1]:
                values.append(value)
                bad.append(0)
                good.append(0)
            if place < self._failed:
                bad[-1] += 1
            else:
                good[-1] += 1
        of_failed, of_succeeded = sum(bad), sum(good)
        if of_failed < LEAST or not of_succeeded:
            return 0, None
        best: tuple[float, Common, float, float] | None = None
        for strictness in _STRICT:
            first, last = _heaviest(bad, good, strictness)
            inside = [place for place in range(first, last + 1) if bad[place]]
            if not inside or (first == 0 and last == len(values) - 1):
                continue
            low, high = values[inside[0]], values[inside[-1]]
            failed, succeeded = sum(bad[inside[0] : inside[-1] + 1]), sum(good[inside[0] : inside[-1] + 1])
            label = _number(low) if low == high else f"{_number(low)}..{_number(high)}"
            common = Common(name, label, failed, of_failed, succeeded, of_succeeded)
            if failed < LEAST or common.lift <= LIFT:
                continue
            chance = fisher(failed, of_failed, succeeded, of_succeeded)
            if best is None or chance < best[0]:
                best = (chance, common, low, high)
        tests = min(len(values), _ENDS) ** 2 // 2
        if best is None:
            return tests, None
        chance, common, low, high = best
        column = self._table.numbers[name]
        labels = [None if n is None else common.value if low <= n <= high else "" for n in column]
        # A range is tried with each pair of ends, a word only once: the field pays for its own tries.
        return 1, _Claim(common, min(1.0, chance * tests), labels)

    def _adds(self, claim: _Claim, before: _Claim, places: Sequence[int]) -> bool:
        """Whether the claim says more than the stronger one: among the tasks without that, or among those with it."""
        mine, theirs = claim.values, before.values
        value, other = claim.common.value, before.common.value
        everyone = (*places, *range(self._failed, len(mine)))
        if claim.common.field == before.common.field:
            return not any(mine[p] == value and theirs[p] == other for p in everyone)
        if all((mine[p] == value) is (theirs[p] == other) for p in everyone):
            # `instance` and the setting that chose it are one fact, and so are two names of an hour; equal ranges of
            # two fields are two.
            if {claim.common.field, before.common.field} == {"hour", "hour_of_day"}:
                return False
            return ".." in value or (value not in other and other not in value)
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

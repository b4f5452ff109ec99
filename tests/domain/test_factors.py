"""What the failed share: found where it was planted, not claimed where it was not."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from math import isclose
from random import Random
from typing import Any

import pytest

from tests.corpus.planted import judged
from tui.domain.factors import Common, Comparison, fisher
from tui.domain.status import TaskStatus
from tui.domain.task import Job, TaskRef

NOW = datetime(2026, 11, 24, 16, tzinfo=UTC)
PLANTED = ("host", "instance", "meta.lane", "in.solver", "in.por", "child", "hour", "region")


def job(number: int, *, bad: bool = False, **fields: Any) -> Job:
    known: dict[str, Any] = {
        "ref": TaskRef("et", "b", str(number)), "platform": "et-engine", "name": f"job {number}",
        "status": TaskStatus.FAILED if bad else TaskStatus.DONE, "native_status": "", "fetched": NOW,
    }  # fmt: skip
    return Job(**known | fields)


def compared(jobs: list[Job], extra: dict[str, dict[TaskRef, str]] | None = None) -> tuple[Common, ...]:
    failed = [j for j in jobs if j.status is TaskStatus.FAILED]
    return Comparison(failed, [j for j in jobs if j.status is TaskStatus.DONE], extra).of(j.ref for j in failed)


def _batch(rng: Random, planted: str | None) -> list[Job]:
    """600 jobs of which 2 % fail anyhow, and most of those with the planted value as well."""
    low, at = rng.randrange(500), rng.randrange(10)
    hit = rng.choice((0.35, 0.6, 0.95))
    jobs = []
    for number in range(600):
        own = {
            "host": f"et-w{rng.randrange(24)}", "instance": rng.choice("abcdefgh"), "region": rng.choice("pqrstuv"),
            "lane": str(rng.randrange(9)), "solver": rng.choice(("gmres", "cg", "bicg", "lu", "qr", "amg")),
            "por": f"{rng.uniform(0.1, 0.4):.4f}", "seed": str(rng.randrange(10**6)), "hour": rng.randrange(12),
        }  # fmt: skip
        inside = {
            None: False, "host": own["host"] == f"et-w{at}", "instance": own["instance"] == "c",
            "region": own["region"] == "r", "meta.lane": own["lane"] == "4", "in.solver": own["solver"] == "lu",
            "in.por": 0.20 <= float(own["por"]) < 0.23, "child": low <= number < low + 70, "hour": own["hour"] == at,
        }[planted]  # fmt: skip
        jobs.append(
            job(
                number,
                bad=rng.random() < (hit if inside else 0.02),
                index=number,
                host=own["host"], instance=own["instance"], region=own["region"], metadata={"lane": own["lane"]},
                arguments={"solver": own["solver"], "por": own["por"], "seed": own["seed"]},
                ended=NOW - timedelta(hours=own["hour"], minutes=rng.randrange(1, 59)),
            )
        )  # fmt: skip
    return jobs


BATCHES = 80


def _simulated() -> Iterator[tuple[str | None, tuple[Common, ...]]]:
    rng = Random(20261124)
    for number in range(BATCHES):
        planted = PLANTED[number // 2 % len(PLANTED)] if number % 2 else None
        yield planted, compared(_batch(rng, planted))


def test_planted_factors_are_found_and_others_are_not_claimed() -> None:
    """Over many batches, half of them with a factor: precision and recall are at least 0.95."""
    found = missed = wrong = 0
    for planted, told in _simulated():
        right = [c for c in told if c.field == planted]
        found += bool(right)
        missed += planted is not None and not right
        wrong += len(told) - len(right)
    assert found / (found + missed) >= 0.95, f"found {found}, missed {missed}"
    assert found / (found + wrong) >= 0.95, f"found {found}, wrong {wrong}"


def test_the_one_bad_host_and_not_its_region() -> None:
    """A host's region and rack are no findings of their own."""
    jobs = [job(n, bad=True, host="w1", region="eu") for n in range(9)]
    jobs += [job(100 + n, host=f"w{n % 40 + 1}", region="eu" if n % 40 < 8 else "us") for n in range(400)]
    (told,) = compared(jobs)
    assert (told.field, told.value, told.failed, told.of_failed) == ("host", "w1", 9, 9)
    assert str(told) == "all 9 on host w1 (10 of 400 that succeeded)"


def test_two_causes_are_both_told() -> None:
    """Half failed on one host, half with one solver: neither explains the other."""
    jobs = [job(n, bad=True, host="w1", arguments={"solver": "cg"}) for n in range(20)]
    jobs += [job(50 + n, bad=True, host=f"w{n + 2}", arguments={"solver": "lu"}) for n in range(20)]
    jobs += [job(100 + n, host=f"w{n % 40 + 1}", arguments={"solver": ("cg", "qr", "mg")[n % 3]}) for n in range(400)]
    assert {(c.field, c.value) for c in compared(jobs)} == {("host", "w1"), ("in.solver", "lu")}


def test_a_range_of_arguments_is_a_band() -> None:
    """Seeds 40 to 48 failed, a hundred others did not."""
    jobs = [job(n, bad=40 <= n <= 48, arguments={"seed": str(n)}) for n in range(110)]
    told = compared(jobs)
    assert [c.field for c in told if c.field == "in.seed"] == ["in.seed"]
    low, high = (int(part) for part in next(c.value for c in told if c.field == "in.seed").split(".."))
    assert low <= 42
    assert high >= 46


@pytest.mark.parametrize(("bad", "good"), [(4, 200), (9, 0)])
def test_too_little_is_not_told(bad: int, good: int) -> None:
    """Four failures are too few, and without successes there is nothing to compare with."""
    jobs = [job(n, bad=True, host="w1") for n in range(bad)]
    jobs += [job(100 + n, host=f"w{n % 40 + 2}") for n in range(good)]
    assert compared(jobs) == ()


def test_a_frequent_value_is_not_told() -> None:
    """Nine of nine on the machine type that a half of the successful had as well: a lift of two."""
    jobs = [job(n, bad=True, instance="c5") for n in range(90)]
    jobs += [job(100 + n, instance=("c5", "m5")[n % 2]) for n in range(400)]
    assert compared(jobs) == ()


def test_fields_asked_for_say_how_many_are_known() -> None:
    """Of twenty failed the hosts of nine are known, of the successful those of fifty."""
    jobs = [job(n, bad=n < 20) for n in range(300)]
    hosts = {j.ref: "w7" for j in jobs[:9]} | {j.ref: f"w{n % 25 + 10}" for n, j in enumerate(jobs[20:70])}
    (told,) = compared(jobs, {"host": hosts})
    assert (told.field, told.failed, told.of_failed, told.succeeded, told.of_succeeded) == ("host", 9, 9, 0, 50)


def test_the_chance_is_fishers() -> None:
    """The lady who tasted all eight cups right: 1 in 70; three of four: 17 in 70."""
    assert isclose(fisher(4, 4, 0, 4), 1 / 70)
    assert isclose(fisher(3, 4, 1, 4), 17 / 70)
    assert isclose(fisher(0, 4, 4, 4), 1.0)


def test_w10_planted_reasons_are_found_and_little_else() -> None:
    """Hours of day, ranges, hosts, samples, pairs of causes, batches without any: `python -m tests.corpus` has 200."""
    found = judged(60)
    assert found.precision >= 0.95, found
    assert found.recall >= 0.95, found

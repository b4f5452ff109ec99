"""Make the logs anew by running what fails; a cause whose programs are not there keeps its old log."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from random import Random
from zlib import crc32

from tests.corpus import compiled, interpreted, tools
from tests.corpus.cause import Cause
from tests.corpus.library import write
from tests.corpus.recipe import read_recipes
from tests.corpus.runs import RUNS, record, runnable, versions

__all__ = ["all_causes", "make_anew"]

_AT_ONCE = 3


def all_causes() -> tuple[Cause, ...]:
    """Every cause that is written down here, whether or not it was recorded."""
    return (*interpreted.CAUSES, *compiled.CAUSES, *tools.CAUSES, *read_recipes())


def make_anew(names: Sequence[str]) -> None:
    """Record the causes of these keys or families, or all."""
    chosen = [c for c in all_causes() if not names or c.key in names or c.family in names]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for said in pool.map(_one, chosen):
            print(said, flush=True)


def _one(cause: Cause) -> str:
    if not runnable(cause):
        return f"{cause.key}: left out, {', '.join(cause.needs)} needed"
    rng = Random(crc32(cause.key.encode()))
    runs = [record(cause, run, rng) for run in range(RUNS)]
    codes = [code for code, _ in runs]
    if any((code == 0) is not cause.succeeds for code in codes):
        return f"{cause.key}: exit {codes}, which it should not; nothing is written"
    write(cause, runs, versions(cause))
    return f"{cause.key}: exit {codes}"

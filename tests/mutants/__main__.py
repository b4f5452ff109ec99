"""`python -m tests.mutants FILE [--every N] [--from K] [--tests T ...]`: killed, survived, equivalent; 1 below 90 %."""

import argparse
import sys
import time
from collections import Counter
from pathlib import Path

from tests.mutants.concerned import equivalent, tests_of
from tests.mutants.mutate import Mutant, mutants
from tests.mutants.run import Judge, Module

_ENOUGH = 0.9
"""Share of what can be killed."""


def main() -> int:
    """Try the mutants of a file one after the other, and name those that no test notices."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=main.__doc__)
    parser.add_argument("file", type=Path, help="a module of the program, such as tui/platforms/http/client.py")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="only every N-th mutant")
    parser.add_argument("--from", type=int, default=0, metavar="K", dest="first", help="the first of them, from 0")
    parser.add_argument("--tests", nargs="+", metavar="T", help="files of tests; by default those concerned")
    given = parser.parse_args()
    module = Module(given.file)
    every = list(mutants(module.tree))
    tried = every[given.first :: given.every]
    judge, started = Judge(module, given.tests or tests_of(given.file)), time.monotonic()
    judge.check()
    counts: Counter[str] = Counter()
    for mutant in tried:
        word = _word(judge, given.file, mutant)
        counts[word] += 1
        print(f"{word:10} {given.file}:{mutant.line}: {mutant}", flush=True)
    killable = counts["killed"] + counts["survived"]
    share = counts["killed"] / killable if killable else 1.0
    print(
        f"{given.file}: {len(tried)} of {len(every)} mutants: {counts['killed']} killed, "
        f"{counts['survived']} survived, {counts['equivalent']} equivalent; "
        f"{share:.0%} of what can be killed ({time.monotonic() - started:.0f} s)"
    )
    return 0 if share >= _ENOUGH else 1


def _word(judge: Judge, path: Path, mutant: Mutant) -> str:
    if equivalent(path, mutant):
        return "equivalent"
    killed = judge.kills(mutant)
    return "equivalent" if killed is None else "killed" if killed else "survived"


if __name__ == "__main__":
    sys.exit(main())

"""`python -m tests.corpus [KEY...]`: make the logs in tests/domain/logs anew by running what fails.

It needs gcc, g++, gfortran, make, cmake, a JDK, Perl, Node, R, samtools, bcftools, Open MPI, Rust, SQLite, git, curl
and, for the fifth run of each, snakemake and cwltool; a cause whose programs are not there keeps its old log. It takes
ten minutes, sends nothing beyond loopback (one name that cannot exist is looked up), and writes into a temporary folder
and tests/domain/logs only.
"""

import sys
from random import Random
from zlib import crc32

from tests.corpus import compiled, interpreted, tools
from tests.corpus.library import PLACE, write
from tests.corpus.runs import RUNS, record, runnable

CAUSES = (*interpreted.CAUSES, *compiled.CAUSES, *tools.CAUSES)


def main(keys: list[str]) -> None:
    """Record the causes of these keys, or all."""
    PLACE.mkdir(parents=True, exist_ok=True)
    for cause in CAUSES:
        if keys and cause.key not in keys:
            continue
        if not runnable(cause):
            print(f"{cause.key}: left out, {', '.join(cause.needs)} needed")
            continue
        rng = Random(crc32(cause.key.encode()))
        runs = [record(cause, run, rng) for run in range(RUNS)]
        codes = [code for code, _ in runs]
        print(f"{cause.key}: exit {codes}" + ("  DID NOT FAIL" if 0 in codes else ""), flush=True)
        write(cause.key, runs)


main(sys.argv[1:])

"""`python -m tests.bench [P2 P3 ...]`: the promises of speed, measured beside their references.

Each figure is a ratio or a size taken in one run on one machine; absolute times say little elsewhere.
"""

import sys
from collections.abc import Callable, Iterable, Sequence

from tests.bench import batch, keyboard, logs, network
from tests.bench.report import Figure, table

MEASURES: tuple[tuple[frozenset[str], Callable[[], Iterable[Figure]]], ...] = (
    (frozenset({"P1"}), keyboard.start),
    (frozenset({"P2", "P3"}), keyboard.cursor),
    (frozenset({"P4"}), keyboard.pages),
    (frozenset({"P5"}), keyboard.output),
    (frozenset({"P6"}), keyboard.idleness),
    (frozenset({"P7"}), keyboard.changes),
    (frozenset({"P8"}), network.loading),
    (frozenset({"P10"}), keyboard.arranging),
    (frozenset({"P11"}), batch.figures),
    (frozenset({"P12"}), network.printing),
    (frozenset({"P13"}), keyboard.leaving),
    (frozenset({"start"}), network.commands),
    (frozenset({"log"}), logs.figures),
)
"""Which figures a measurement gives."""


def main(chosen: Sequence[str]) -> int:
    """Measure what was chosen, or everything; 1 when a target is missed."""
    known = {number for numbers, _ in MEASURES for number in numbers}
    if wrong := [word for word in chosen if word not in known]:
        print(f"{wrong[0]}: not measured here; there are {', '.join(sorted(known))}", file=sys.stderr)
        return 2
    figures: list[Figure] = []
    for numbers, measure in MEASURES:
        if not chosen or numbers & set(chosen):
            for figure in measure():
                print(f"  {figure.number} {figure.what}: {figure.ours}", file=sys.stderr, flush=True)
                figures.append(figure)
    print(table(figures))
    return 0 if all(figure.holds for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

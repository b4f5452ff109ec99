"""`python -m tests.soak [ROW ...] [--scale SHARE] [--seed N]`: every row, or those named; 1 when one is broken."""

import argparse
import logging
import sys
import time

from tests.soak.rows import rows


def main() -> int:
    """Run them one after the other, all of them even when one fails."""
    known = rows()
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=main.__doc__)
    parser.add_argument("row", nargs="*", help=f"of {', '.join(known)}; all by default")
    parser.add_argument("--scale", type=float, default=1.0, help="how much of each; 1 is the whole")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    if unknown := set(given.row) - known.keys():
        parser.error(f"no such row: {', '.join(sorted(unknown))}")
    logging.disable(logging.WARNING)  # each loss is a warning, and there are hundreds of thousands
    broken = 0
    for name in given.row or known:
        row, started = known[name], time.monotonic()
        print(f"{name}: {row.TITLE}", flush=True)
        try:
            said = row.soak(given.scale, given.seed)
        except AssertionError as error:
            said, broken = f"BROKEN with --seed {given.seed}: {error}", broken + 1
        print(f"    {said} ({time.monotonic() - started:.0f} s)", flush=True)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())

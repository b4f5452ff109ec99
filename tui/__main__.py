"""`python -m tui` is `taskdeck`."""

import sys
from pathlib import Path

if __name__ == "__main__":
    # `-m` puts the working directory before the standard library: a stray `secrets.py` there would be run.
    here = str(Path.cwd())
    sys.path[:] = [place for place in sys.path if place not in {"", here}]

    from tui.cli.main import run

    run()

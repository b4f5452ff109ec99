"""`python -m tests.releases [VERSION ...] [--root DIR]`: the cluster tests on other Slurm versions; 1 when one fails.

Root and `apt-get install debootstrap` are needed. Each release is installed once, below `--root`, and kept there.
"""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from tests.releases.debian import RELEASES, Release

_TESTS = ("tests/platforms/slurm/test_real.py", "tests/platforms/slurm/test_memory.py")


def main() -> int:
    """Run them one after the other, all of them even when one fails."""
    parser = argparse.ArgumentParser(prog="python -m tests.releases", description=__doc__)
    parser.add_argument("version", nargs="*", help=f"of {', '.join(RELEASES)}; all by default")
    parser.add_argument("--root", type=Path, default=Path("/var/tmp/taskdeck-releases"))  # kept
    parser.add_argument("--make", action="store_true", help="only install them")
    parser.add_argument("--test", nargs="+", default=_TESTS, help="pytest nodes instead of all")
    given = parser.parse_args()
    if unknown := set(given.version) - RELEASES.keys():
        parser.error(f"no such version: {', '.join(sorted(unknown))}")
    if os.getuid() != 0:
        parser.error("only root can enter another release")
    given.root.mkdir(parents=True, exist_ok=True)
    failed = 0
    for version in given.version or RELEASES:
        started = time.monotonic()
        release = Release(RELEASES[version], given.root / RELEASES[version])
        release.make()
        made = time.monotonic()
        if given.make:
            print(f"{version}: installed in {made - started:.0f} s", flush=True)
            continue
        with release.mounted():
            code = _tests(release, given.test)
        failed += code != 0
        print(f"{version}: {'passed' if code == 0 else 'FAILED'} ({time.monotonic() - made:.0f} s)", flush=True)
    return 1 if failed else 0


def _tests(release: Release, nodes: Sequence[str]) -> int:
    """The cluster's tests with this release's programs first on PATH; their output is shown as it comes."""
    env = {**os.environ, "PATH": f"{release.programs()}:{os.environ['PATH']}", "TMPDIR": "/tmp"}  # mounted
    words = (sys.executable, "-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider", *nodes)
    return subprocess.run(words, env=env, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())

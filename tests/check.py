"""Everything that has to hold, in one command: `python -m tests.check`."""

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
HERE = ("tui", "tests")
STEPS: tuple[tuple[str, list[str]], ...] = (
    ("format", ["-m", "ruff", "format", "--check", *HERE]),
    ("lint", ["-m", "ruff", "check", *HERE]),
    ("types", ["-m", "mypy"]),
    ("import contracts", ["-c", "import sys; from importlinter.cli import lint_imports_command as c; sys.exit(c())"]),
    # By group: the tests that share a real cluster stay in one process.
    ("tests", ["-m", "pytest", "-n", str(min(4, os.cpu_count() or 1)), "--dist", "loadgroup"]),
)


def main() -> int:
    """Run each step, all of them even when one fails; 1 when any failed."""
    failed = []
    for name, arguments in STEPS:
        print(f"== {name}", flush=True)
        started = time.monotonic()
        if subprocess.run([sys.executable, *arguments], cwd=ROOT, check=False).returncode:
            failed.append(name)
        print(f"== {name}: {time.monotonic() - started:.1f} s", flush=True)
    print(f"failed: {', '.join(failed)}" if failed else "all well")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

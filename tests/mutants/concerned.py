"""Which tests are concerned with a module, and which mutants cannot be told from the program."""

import tomllib
from pathlib import Path

from tests.mutants.mutate import Mutant

__all__ = ["equivalent", "tests_of"]

_TESTS = Path("tests")
_CHOSEN = {
    "tui/platforms/http/client.py": ("platforms/test_http_*.py", "platforms/test_institute.py"),
    "tui/store/actions/service.py": (
        "store/test_actions_kept.py", "store/test_actions.py", "store/test_again.py", "cli/test_act.py",
    ),
    "tui/store/polling/poller.py": (
        "store/test_poller_waits.py", "store/test_poller_rows.py", "store/test_poller.py", "store/test_spread.py",
        "store/test_search.py", "store/test_batches.py", "platforms/slurm/test_etiquette.py",
    ),
    "tui/settings/secrets.py": ("settings/test_secrets.py",),
    "tui/domain/text.py": ("domain/test_text.py",),
}  # fmt: skip
"""The quickest first: the first that fails ends a mutant's run."""


def tests_of(path: Path) -> list[str]:
    """Files of tests: those chosen for the module, else those that import it.

    Raises:
        SystemExit: There are none.
    """
    if chosen := _CHOSEN.get(path.as_posix()):
        return [str(found) for pattern in chosen for found in sorted(_TESTS.glob(pattern))]
    name = ".".join(path.with_suffix("").parts)
    found = [str(test) for test in sorted(_TESTS.rglob("test_*.py")) if name in test.read_text("utf-8")]
    if not found:
        raise SystemExit(f"no test imports {name}; name the tests with --tests")
    return found


def equivalent(path: Path, mutant: Mutant) -> bool:
    """Whether `equivalent.toml` says why no test can tell the mutant from the program."""
    known = tomllib.loads((_TESTS / "mutants" / "equivalent.toml").read_text("utf-8"))
    return str(mutant) in known.get(path.as_posix(), {})

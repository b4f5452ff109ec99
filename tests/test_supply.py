"""What runs inside: few distributions, each with its reason, each of one exact version (R54, R55)."""

import re
import tomllib
from fnmatch import fnmatch
from importlib.metadata import requires, version
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
CONSTRAINTS = ROOT / ".ci" / "constraints.txt"
TOP = {"LICENSE", "README.md", "pyproject.toml", "screenshots", "tests", "tui"}
MOST = 23
"""The 18 that come with textual, httpx, pydantic and platformdirs, and click, tomlkit, starlette, uvicorn, which bring
none of their own but one."""


def needed(asked: list[str]) -> set[str]:
    """What is installed for these requirements, with all that they need here."""
    found: set[str] = set()
    todo = [(Requirement(line), "") for line in asked]
    while todo:
        requirement, extra = todo.pop()
        if requirement.marker is not None and not requirement.marker.evaluate({"extra": extra}):
            continue
        if (name := canonicalize_name(requirement.name)) in found and not requirement.extras:
            continue
        found.add(name)
        lines = map(Requirement, requires(requirement.name) or ())
        todo += [(line, given) for line in lines for given in (requirement.extras or {""})]
    return found


def pinned() -> dict[str, str]:
    return dict(line.split("==") for line in CONSTRAINTS.read_text().splitlines())


def test_r54_few_distributions_run_and_each_has_its_reason() -> None:
    """The README names every run-time distribution and no other, and there are no more than when it was written."""
    chapter = (ROOT / "README.md").read_text().split("### Distributions")[1].split("\n## ")[0]
    named = [name for row in re.findall(r"^\| (`.*?) \|", chapter, re.MULTILINE) for name in re.findall("`(.*?)`", row)]
    assert len(named) == len(set(named))
    assert set(named) == needed(PROJECT["dependencies"])
    assert len(named) <= MOST


def test_r55_the_constraints_are_exact_and_name_no_index() -> None:
    """One line a distribution, `NAME==VERSION`; no option, address, hash or marker."""
    lines = CONSTRAINTS.read_text().splitlines()
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+!-]+", line) for line in lines)
    names = [canonicalize_name(line.split("==")[0]) for line in lines]
    assert len(names) == len(set(names))


def test_r55_everything_that_is_installed_is_constrained() -> None:
    """What runs and what tests, with all that it needs, has its version there, and that is the one at work here."""
    exact = {canonicalize_name(name): held for name, held in pinned().items()}
    wanted = needed([*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["dev"]])
    assert wanted <= exact.keys()
    assert {name: version(name) for name in wanted} == {name: exact[name] for name in wanted}


def test_r55_the_readme_and_the_ci_install_by_the_constraints() -> None:
    """Every line that installs names the file, and the CI runs the README's own line."""
    readme = (ROOT / "README.md").read_text()
    installs = [line for line in readme.splitlines() if "pip install" in line]
    assert len(installs) == 2  # for users, for developers
    assert all("-c .ci/constraints.txt" in line for line in installs)
    assert not re.search(r"--(extra-)?index-url|--find-links|--trusted-host", readme)
    assert "README.md" in (ROOT / ".ci" / "run").read_text()


def test_only_what_belongs_there_stands_at_the_top() -> None:
    """What a run leaves in the folder it was started in is no part of the project, and would be committed with it."""
    ignored = [line.rstrip("/") for line in (ROOT / ".gitignore").read_text().splitlines()]
    names = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}
    assert {name for name in names if not any(fnmatch(name, pattern) for pattern in ignored)} == TOP

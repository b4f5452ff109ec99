"""What a wheel holds (issue 16, points 10 and 12)."""

import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from tests.support.waiting import PATIENCE
from tui.help import TOPICS

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The files of a wheel that was built from this folder."""
    place = tmp_path_factory.mktemp("wheel")
    words = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(place)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 0, done.stderr
    (wheel,) = place.glob("*.whl")
    return set(zipfile.ZipFile(wheel).namelist())


def test_w10_man_page_and_completions_go_where_shells_look(names: set[str]) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    shared = project["tool"]["hatch"]["build"]["targets"]["wheel"]["shared-data"]
    data = {name.partition(".data/data/")[2] for name in names}
    assert set(shared.values()) <= data
    assert "share/man/man1/taskdeck.1" in data


def test_w12_the_wheel_is_whole(names: set[str]) -> None:
    """Every source, style, topic, schema and table of the package, and nothing of the tests."""
    kept = {".py", ".tcss", ".md", ".json", ".toml", ".txt"}
    files = {str(path.relative_to(ROOT)) for path in (ROOT / "tui").rglob("*") if path.suffix in kept}
    assert files <= names
    assert {f"tui/help/{topic}.md" for topic in TOPICS} <= names
    assert not [name for name in names if name.startswith(("tests/", "screenshots/"))]

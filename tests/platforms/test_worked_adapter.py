"""Issue 14, point 1: the worked adapter, installed as a package of its own, keeps the contract and is found by name."""

import importlib
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import tui
from tests.support.clocks import HeldClock
from tui.cli.main import main
from tui.domain.errors import UnexpectedAnswer, Unreachable
from tui.platforms.protocols import Connection, Platform
from tui.testing import START, AdapterContract, Case

EXAMPLE = Path(tui.__file__).parent / "help" / "adapter"
STATES = ("running", "done", "failed", "queued", "aborted")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The example, built and installed beside this environment, without any network."""
    pytest.importorskip("hatchling", reason="the example is built by hatchling, of the development packages")
    source, place = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("site")
    shutil.copytree(EXAMPLE, source, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    words = ["install", "-q", "--no-deps", "--no-index", "--no-build-isolation", "--target", str(place), str(source)]
    subprocess.run([sys.executable, "-m", "pip", "--disable-pip-version-check", *words], check=True)
    sys.path.insert(0, str(place))
    importlib.invalidate_caches()
    yield place
    sys.path.remove(str(place))
    sys.modules.pop("taskdeck_folder", None)


class FolderDesk:
    """A folder of sixty files."""

    def __init__(self, folder: Path) -> None:
        self.case = Case(
            "folder", "mine", "CanAbort", unknown="nothing",
            faults={"gone": (Unreachable,), "garbage": (UnexpectedAnswer,)}, takes_token=False,
        )  # fmt: skip
        self.folder = folder
        folder.mkdir()
        for number in range(60):
            created = (START - timedelta(minutes=number)).isoformat()
            body = {"name": f"task {number}", "state": STATES[number % len(STATES)], "created": created}
            (folder / f"t{number:03}.json").write_text(json.dumps(body))
        self._before = self._now()

    def _now(self) -> dict[str, str]:
        return {path.name: path.read_text() for path in self.folder.glob("*.json")}

    def open(self, *, read_only: bool = False, token: str | None = None) -> Platform:
        from tui.platforms.registry import connect

        connection = Connection("mine", options={"folder": str(self.folder)}, read_only=read_only)
        return connect("folder", connection, clock=HeldClock())

    @property
    def calls(self) -> int:
        return 0

    @property
    def changes(self) -> list[object]:
        return [name for name, text in self._now().items() if self._before.get(name) != text]

    @property
    def done(self) -> list[object]:
        return self.changes

    def advance(self, seconds: float) -> None:
        """Nothing here ages."""

    def spoil(self, fault: str | None) -> None:
        if fault == "garbage":
            for path in self.folder.glob("*.json"):
                path.write_text("{")
        elif fault == "gone":
            self.folder.rename(self.folder.with_name("elsewhere"))
            self.folder.with_name("elsewhere").joinpath("moved").touch()
        if fault != "gone" and not self.folder.exists():
            self.folder.with_name("elsewhere").rename(self.folder)
            self.spoil(fault)

    def spoil_acts(self, fault: str) -> list[object]:
        return []

    def spoil_once(self) -> list[object]:
        return []


class TestWorkedAdapter(AdapterContract):
    @pytest.fixture
    def desk(self, installed: Path, tmp_path: Path) -> Any:
        return FolderDesk(tmp_path / "tasks")


def test_v01_a_user_names_it_in_the_configuration(
    installed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """By commands, like any platform of our own; a file that cannot be read is left out."""
    desk = FolderDesk(tmp_path / "tasks")
    (desk.folder / "broken.json").write_text("{")
    config = tmp_path / "c.toml"
    config.write_text(f'[accounts.mine]\nplatform = "folder"\nfolder = "{desk.folder}"\n')
    assert main(["--config", str(config), "tasks", "st:running", "--limit", "1"]) == 0
    assert capsys.readouterr().out.startswith("mine:t000\trunning\ttask 0")
    assert main(["--config", str(config), "abort", "mine:t000", "--yes"]) == 0
    assert json.loads((desk.folder / "t000.json").read_text())["state"] == "aborted"
    config.write_text('[accounts.mine]\nplatform = "folder"\n')
    assert main(["--config", str(config), "tasks"]) == 2
    assert "has no folder" in capsys.readouterr().err

"""What a start loads, looked at in fresh processes."""

import subprocess
import sys

import pytest

from tests.support.waiting import PATIENCE

HEAVY = ("textual", "rich", "httpx", "pydantic", "starlette", "uvicorn", "tomlkit")


SHOW = "print(chr(10) + ' '.join({m.split('.')[0] for m in sys.modules} | {m for m in sys.modules if m[:3] == 'tui'}))"


def loaded(code: str) -> set[str]:
    """Top-level modules, and all of ours, that a fresh interpreter holds after the code."""
    done = subprocess.run(
        [sys.executable, "-c", f"import sys\n{code}\n{SHOW}"],
        capture_output=True, text=True, check=True, timeout=PATIENCE,
    )  # fmt: skip
    return set(done.stdout.splitlines()[-1].split())


@pytest.mark.parametrize("package", ["tui", "tui.domain.task", "tui.settings", "tui.store.deck", "tui.cli.main"])
def test_importing_our_layers_loads_nothing_heavy(package: str) -> None:
    assert loaded(f"import {package}").isdisjoint(HEAVY)


def test_the_version_is_said_without_loading_anything_heavy() -> None:
    code = "from tui.cli.main import run\nsys.argv = ['taskdeck', '--version']"
    assert loaded(f"{code}\ntry:\n    run()\nexcept SystemExit:\n    pass").isdisjoint(HEAVY)


def test_the_accounts_of_the_demo_are_known_before_its_world_is_loaded() -> None:
    code = "from tui.cli.demo import demo_accounts\nassert [a.name for a in demo_accounts()][0] == 'cgc'"
    assert loaded(code).isdisjoint({*HEAVY, "tui.sandbox.app"})


def test_x02_a_list_with_exit_codes_loads_no_signatures() -> None:
    """They take 40 ms, and every list of failed tasks names exit codes."""
    code = (
        "from datetime import UTC, datetime\nfrom tui.domain.record import task_record\n"
        "from tui.domain.task import Task, TaskRef\nfrom tui.domain.status import TaskStatus\n"
        "now = datetime.now(UTC)\ntask = Task(ref=TaskRef('a', '1'), platform='p', name='n', fetched=now,\n"
        "    status=TaskStatus.FAILED, native_status='FAILED', reason='exited with code 137')\n"
        "assert task_record(task, now)['exit_code'] == 137"
    )
    assert not {name for name in loaded(code) if name.startswith("tui.domain.signature")}


LATER = (
    "httpx", "pydantic", "tui.domain.diff", "tui.domain.log", "tui.domain.signature", "tui.settings.discover",
    "tui.store.actions.service", "tui.store.actions.journal", "tui.store.actions.plan", "tui.ui.console.actions",
    "tui.ui.commands", "tui.ui.console.navigation", "tui.ui.terminal.external", "tui.ui.present.forecast",
    "tui.ui.present.help", "tui.ui.present.jobs", "tui.ui.log.text", "tui.ui.present.palette",
    "tui.ui.present.preview", "tui.ui.present.settings", "tui.ui.present.tree", "tui.ui.console.prompt",
    "tui.ui.console.handlers", "tui.ui.console.settings", "tui.ui.console.copy_save", "tui.ui.widgets.detail_tree",
    "tui.ui.log.view",
)  # fmt: skip
"""What the first paint does without; each costs it milliseconds."""
SCREENS = {"tui.ui.screens", "tui.ui.screens.tasks"}


def test_the_list_is_painted_before_adapters_and_the_other_screens_are_loaded() -> None:
    found = loaded("import tui.ui.app")
    assert "textual" in found
    assert found.isdisjoint(LATER)
    assert {name for name in found if name.startswith("tui.ui.screens")} == SCREENS

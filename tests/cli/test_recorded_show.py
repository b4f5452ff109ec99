"""Recorded answers of the platforms, through the commands and on the screen."""

import json
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from tests.platforms.samples import routed
from tests.rows import Rows
from tui.cli.main import main

RECORDED = Path(__file__).parents[1] / "samples" / "recorded"
SEVEN = sorted(path.stem for path in (RECORDED / "sevenbridges").glob("task-*"))
QARNOT = sorted(path.stem for path in (RECORDED / "qarnot").glob("task-*"))
_URL = "https://cgc-api.sbgenomics.com/v2"


def sample(folder: str, name: str) -> Any:
    return json.loads((RECORDED / folder / f"{name}.json").read_bytes())


@pytest.mark.parametrize("name", SEVEN)
def test_u05_every_recorded_task_of_seven_bridges_is_listed_and_shown(name: str, home: Path) -> None:
    body = sample("sevenbridges", name)
    token = home / "token"
    token.write_text("recorded")
    token.chmod(0o600)
    config = home / "config.toml"
    config.write_text(f'[accounts.cgc]\nplatform = "sevenbridges"\nurl = "{_URL}"\ntoken = {{ file = "{token}" }}\n')

    def run(*words: str) -> tuple[int, str]:
        out, err = StringIO(), StringIO()
        told = {
            f"GET /tasks/{body['id']}": body,
            f"GET /tasks/{body['id']}/execution_details": {"jobs": []},
            "GET /tasks": {"items": [body], "links": []},
            "POST /bulk/tasks/get": {"items": [{"resource": body}]},
        }
        with redirect_stdout(out), redirect_stderr(err):
            code = main(["--config", str(config), *words], transport=routed(told))
        return code, out.getvalue() if code == 0 else err.getvalue()

    code, listed = run("tasks", "-o", "json")
    (row,) = json.loads(listed)
    assert (code, row["native_status"]) == (0, body["status"])
    code, shown = run("show", row["ref"], "-o", "json")
    task = json.loads(shown)
    assert (code, task["name"], task["status"]) == (0, body["name"], row["status"])
    assert (task["started"] is None) or row["status"] not in {"queued", "starting"}
    assert run("show", row["ref"])[0] == 0
    code, jobs = run("jobs", row["ref"], "-o", "json")
    assert (code, jobs.strip()) == (0, "[]"), jobs


@pytest.mark.parametrize("name", QARNOT)
async def test_u05_every_recorded_task_of_qarnot_is_listed_shown_and_drawn(name: str, home: Path) -> None:
    body = sample("qarnot", name)
    body.setdefault("uuid", "00000106-0000-4000-8000-000000000106")
    body.setdefault("name", name)
    body.setdefault("state", "Success")
    rows = Rows(home, [body])
    async with rows.screen() as at:
        assert body["name"][:12] in at.shown


@pytest.mark.parametrize("name", QARNOT)
def test_u05_every_recorded_task_of_qarnot_is_shown_by_the_commands(name: str, home: Path) -> None:
    body = sample("qarnot", name)
    body.setdefault("uuid", "00000106-0000-4000-8000-000000000106")
    body.setdefault("name", name)
    body.setdefault("state", "Success")
    rows = Rows(home, [body])
    (row,) = rows("tasks", "-o", "json").json
    shown = rows("show", row["ref"], "-o", "json")
    assert (shown.code, shown.json["name"], shown.json["native_status"]) == (0, body["name"], body["state"])
    assert rows("show", row["ref"]).code == 0
    assert rows("jobs", row["ref"], "-o", "json").code == 0

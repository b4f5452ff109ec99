"""`ticket`: everything a support desk asks for, and no secret, wherever it was planted."""

import dataclasses
import json
from typing import Any

import pytest

from tests.domain.samples import NOW, make
from tests.support.commands import World
from tui.cli.ticket import _block
from tui.domain.detail import TaskDetail
from tui.domain.record import detail_record
from tui.domain.redact import redacted, redacted_value
from tui.domain.task import TaskRef

PLANTED = "pl4nted0secret"


def test_it_names_what_a_support_desk_asks_for(world: World) -> None:
    row = world.rows("status:failed", "kind:task")[0]
    done = world("ticket", row["ref"])
    assert done.code == 0, done.err
    for value in (row["ref"], row["id"], row["platform"], row["app"], row["created"], f"taskdeck show {row['ref']}"):
        assert value in done.out
    assert "### Why it failed" in done.out
    assert "last lines of the log" in done.out.lower()


def test_no_token_of_the_accounts_is_in_it(world: World) -> None:
    out = world("ticket", world.ref("status:failed", "kind:task")).out
    assert all(account["token"] not in out for account in world.accounts)


@pytest.mark.parametrize("planted", [f"password={PLANTED}", f"https://h.example/x?X-Amz-Signature={PLANTED}"])
def test_a_secret_planted_in_any_field_is_removed(planted: str) -> None:
    """Every text of the task and of its detail, one after the other, and the log."""
    task = make("t1")
    for field in dataclasses.fields(task):
        if isinstance(getattr(task, field.name), str) or field.name in {"reason", "project", "app", "url"}:
            if field.name in {"platform", "kind", "status"}:
                continue
            changed = dataclasses.replace(task, **{field.name: planted})
            assert PLANTED not in _text(TaskDetail(task=changed), NOW), field.name
    for detail in (
        TaskDetail(task=task, inputs={"reads": planted, "db_password": PLANTED}),
        TaskDetail(task=task, settings={"env": planted, "API_TOKEN": PLANTED}),
    ):
        assert PLANTED not in _text(detail, NOW)
    assert PLANTED not in _text(
        TaskDetail(task=task), NOW, [f"export {planted}", "-----BEGIN PRIVATE KEY-----", PLANTED]
    )


def _text(detail: TaskDetail, now: Any, lines: list[str] | None = None) -> str:
    record = redacted_value(json.loads(json.dumps(detail_record(detail, now))))
    return redacted("\n".join(_block(TaskRef("cgc", "t1"), detail, record, (), "stderr", lines or [], ())))


def test_an_unknown_task_is_not_found(world: World) -> None:
    assert world("ticket", f"{world.accounts[0]['name']}:00000000-0000-0000-0000-000000000000").code == 5

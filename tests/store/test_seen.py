"""What the user has seen."""

import stat
from datetime import UTC, datetime
from pathlib import Path

from tests.domain.samples import make
from tui.domain.signature.find import ErrorLine
from tui.domain.signature.tiers import Tier
from tui.domain.status import TaskStatus
from tui.domain.task import Task, TaskRef
from tui.domain.triage import Found, Group, group_failures
from tui.settings.rules import failure_rules
from tui.store.acknowledged import Seen

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def test_notes_and_seen_outlive_the_program_in_a_private_file(tmp_path: Path) -> None:
    path = tmp_path / "triage.json"
    seen = Seen.read(path)
    assert seen.look("et:b", NOW) is None
    assert seen.acknowledge("oom", "known") is None
    again = Seen.read(path)
    assert again.notes == {"oom": "known"}
    assert again.look("et:b", NOW) == NOW
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_file_that_cannot_be_read_is_empty(tmp_path: Path) -> None:
    path = tmp_path / "triage.json"
    for text in ("[]", "{", '{"seen": {"x": "yesterday"}}'):
        path.write_text(text)
        assert Seen.read(path).notes == {}


def test_without_a_file_it_is_remembered_as_long_as_the_program_runs() -> None:
    """The demo: what is done there touches nothing of the user's."""
    seen = Seen()
    assert seen.acknowledge("oom", "known") is None
    assert seen.look("et:b", NOW) is None
    assert (seen.notes, seen.look("et:b", NOW)) == ({"oom": "known"}, NOW)


def _group(tasks: list[Task], lines: dict[TaskRef, str | None] | None = None) -> Group:
    (group,) = group_failures(tasks, failure_rules(), lines=lines)
    return group


def _failed(count: int, first: int = 0) -> list[Task]:
    return [
        make(
            f"t{n}", status=TaskStatus.FAILED, native_status="FAILED", reason="Task failed: job bwa exited with code 1"
        )
        for n in range(first, first + count)
    ]


def test_w16_an_acknowledgement_outlives_the_name_that_the_logs_give() -> None:
    """The platform's sentence was acknowledged; then the logs are read."""
    seen, tasks = Seen(), _failed(4)
    before = _group(tasks)
    seen.acknowledge(before.key, "known", before.refs)
    after = _group(tasks, {task.ref: "KeyError: 'lane'" for task in tasks})
    assert after.key != before.key
    assert seen.note_of(after) == "known"
    assert seen.hear(after) is None
    assert (seen.notes, seen.note_of(after)) == ({}, None)


def test_w16_a_sentence_that_says_nothing_does_not_quiet_what_fails_next() -> None:
    """Other tasks with the same sentence, and another reason in their logs."""
    seen, tasks = Seen(), _failed(4)
    before = _group(tasks)
    seen.acknowledge(before.key, "known", before.refs)
    others = _failed(4, first=10)
    assert seen.note_of(_group(others, {task.ref: "MemoryError" for task in others})) is None


def test_w16_acknowledgements_of_earlier_versions_are_known_again() -> None:
    """Their file has no members, and masks of its own: the sentence, or another line of the same log."""
    tasks = _failed(4)
    error = ErrorLine(1, "sheet has no column lane", Tier.ERROR, others=("Exiting because of run 17 of /a/b.csv",))
    lines: dict[TaskRef, str | None] = {task.ref: error.text for task in tasks}
    (group,) = group_failures(tasks, failure_rules(), lines=lines, found={t.ref: Found(error, 1) for t in tasks})
    for key in ("Task failed: job bwa exited with code 1", "Exiting because of run <n> of <path>"):
        assert Seen(notes={key: "old"}).note_of(group) == "old"
    assert Seen(notes={"MemoryError": "old"}).note_of(group) is None

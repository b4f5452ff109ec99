"""What the user has seen."""

import stat
from datetime import UTC, datetime
from pathlib import Path

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

"""What the user has seen."""

import stat
from datetime import UTC, datetime
from pathlib import Path

from tui.store.looks import Looks

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def test_notes_and_looks_outlive_the_program_in_a_private_file(tmp_path: Path) -> None:
    path = tmp_path / "triage.json"
    looks = Looks.read(path)
    assert looks.look("et:b", NOW) is None
    assert looks.acknowledge("oom", "known") is None
    again = Looks.read(path)
    assert again.notes == {"oom": "known"}
    assert again.look("et:b", NOW) == NOW
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_file_that_cannot_be_read_is_empty(tmp_path: Path) -> None:
    path = tmp_path / "triage.json"
    for text in ("[]", "{", '{"seen": {"x": "yesterday"}}'):
        path.write_text(text)
        assert Looks.read(path).notes == {}

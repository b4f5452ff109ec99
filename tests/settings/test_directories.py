"""Directories of ours are ours alone (issue 9, point 12)."""

import os
from pathlib import Path

import pytest

from tui.settings.files import own_directory, write_whole
from tui.store.cache.database import Cache


def modes(path: Path, below: Path) -> set[int]:
    """The modes of a directory and those above it, up to one that was there before."""
    found = set()
    while path != below:
        found.add(path.stat().st_mode & 0o777)
        path = path.parent
    return found


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_t12_directories_are_0700_all_the_way_up(tmp_path: Path, umask: int) -> None:
    """`mkdir(parents=True)` gives the parents the mode of the umask."""
    before = os.umask(umask)
    try:
        own_directory(tmp_path / "state" / "taskdeck" / "log")
        write_whole(tmp_path / "config" / "taskdeck" / "config.toml", b"")
        Cache(tmp_path / "cache" / "taskdeck" / "tasks.sqlite")
    finally:
        os.umask(before)
    for place in ("state/taskdeck/log", "config/taskdeck", "cache/taskdeck"):
        assert modes(tmp_path / place, tmp_path) == {0o700}


@pytest.fixture
def led_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory of ours that is a link to somebody else's."""
    theirs, ours = tmp_path / "theirs", tmp_path / "taskdeck"
    theirs.mkdir()
    ours.symlink_to(theirs)
    monkeypatch.setattr(os, "geteuid", lambda: 4_242)  # to us the directory is another user's
    monkeypatch.setattr(os, "stat", _another_owner(os.stat))
    return ours


def _another_owner(stat: object) -> object:
    def changed(path: object, **named: object) -> os.stat_result:
        found = stat(path, **named)  # type: ignore[operator]
        facts = list(found)
        facts[4] = 4_343
        return os.stat_result(facts)

    return changed


def test_t12_nothing_is_written_through_a_link_to_another_users_directory(led_away: Path) -> None:
    """The cache says so in one notice, and the program goes on without it."""
    cache = Cache(led_away / "tasks.sqlite")
    assert cache.notice is not None
    assert "another user" in cache.notice
    with pytest.raises(PermissionError, match="another user"):
        own_directory(led_away / "log")
    assert list((led_away.parent / "theirs").iterdir()) == []

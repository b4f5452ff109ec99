"""Changes are written back with everything else kept."""

import os
import tomllib
from pathlib import Path

import pytest

from tui.domain.errors import ConfigError
from tui.settings import paths
from tui.settings.files import write_whole
from tui.settings.save import save
from tui.settings.saved import read_history, save_history

TEXT = """# mine
schema = 1
future = "kept"
[refresh]
visible = "5s"  # not faster
"""


def test_r50_comments_and_unknown_keys_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "c.toml"
    path.write_text(TEXT)
    save(path, {"refresh.visible": "10s", "display.theme": "dark"})
    text = path.read_text()
    assert text.startswith('# mine\nschema = 1\nfuture = "kept"\n[refresh]\nvisible = "10s"  # not faster\n')
    assert tomllib.loads(text)["display"] == {"theme": "dark"}


def test_the_first_change_makes_the_file(home: Path) -> None:
    path, asked = paths.config_file()
    assert not asked
    save(path, {"display.mouse": "never"})
    assert path == home / "config" / "taskdeck" / "config.toml"
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("text", "change", "said"),
    [("schema = 9\n", "display.theme", "newer"), ("a = = b", "display.theme", "cannot be read"),
     ("display = 3\n", "display.theme", "not a table"), ("", "accounts.x", "not a setting")],
)  # fmt: skip
def test_r50_what_cannot_be_understood_is_never_rewritten(tmp_path: Path, text: str, change: str, said: str) -> None:
    path = tmp_path / "c.toml"
    path.write_text(text)
    with pytest.raises(ConfigError, match=said):
        save(path, {change: "x"})
    assert path.read_text() == text


def test_xdg_directories_are_respected_only_where_absolute(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert paths.cache_dir() == home / "cache" / "taskdeck"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert paths.cache_dir() == home / ".cache" / "taskdeck"
    assert {paths.data_dir().parent, paths.log_dir().parent.parent} == {home / "data", home / "state"}


def test_r48_what_a_killed_write_left_is_swept_by_the_next_and_a_young_one_is_not(tmp_path: Path) -> None:
    target = tmp_path / "config.toml"
    old, young, other = (
        tmp_path / name for name in (".config.toml.a1.tmp", ".config.toml.b2.tmp", ".views.toml.c3.tmp")
    )
    for left in (old, young, other):
        left.write_text("half")
    for left in (old, other):
        os.utime(left, (1.0, 1.0))
    write_whole(target, b"whole")
    assert target.read_bytes() == b"whole"
    assert [left.exists() for left in (old, young, other)] == [False, True, True]


def test_a_history_keeps_what_was_typed(home: Path) -> None:
    """Not what was pasted by mistake, and whatever characters it has."""
    save_history("commands", ["one", "x" * 4_001, "half a pair \ud800"])
    assert read_history("commands") == ["one", "half a pair ?"]

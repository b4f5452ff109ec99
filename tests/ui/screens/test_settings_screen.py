"""Settings by keys: seen at once, kept in the file, taken back."""

import tomllib
from pathlib import Path

from tests.support.app import Table, table
from tui.settings.model import GROUPS
from tui.ui.screens.settings import SettingsScreen

TEXT = '# mine\n[display]\ntheme = "light"  # on paper\n'


async def opened(at: Table, name: str = "") -> None:
    """The screen, on the setting of that name."""
    await at.press("comma")
    await at.until(lambda: isinstance(at.app.screen, SettingsScreen), "the screen")
    if name:
        await at.press("slash", *name, "enter")


async def test_every_setting_stands_there_with_its_value_and_its_origin(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text(TEXT)
    async with table(tasks=30, size=(100, 40), config=config) as at:
        await opened(at)
        shown = at.shown
        for group, kind in GROUPS.items():
            assert group in shown
            for name in kind.__dataclass_fields__:
                assert name.replace("_", " ") in shown
        line = next(line for line in shown.splitlines() if "theme" in line)
        assert "config.toml" in line
        assert "the sandbox" in shown
        assert next(line for line in shown.splitlines() if "count above" in line).split("│")[1].split()[-1] == "default"


async def test_space_shows_the_next_value_at_once_escape_undoes_it_and_enter_keeps_it(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text('# mine\n[display]\nmouse = "never"  # over ssh\n')
    async with table(tasks=30, config=config) as at:
        await opened(at, "theme")
        await at.press("space", "space")
        assert at.app.theme == "light"
        assert "< light >" in at.shown
        await at.press("escape")
        assert at.app.theme == "dark"
        await at.press("space", "space", "space", "enter")
        assert at.app.theme == "contrast"
        await at.until(lambda: "contrast" in config.read_text(), "the file")
        assert config.read_text().startswith('# mine\n[display]\nmouse = "never"  # over ssh\n')
        await at.press("r")
        await at.until(lambda: "theme" not in config.read_text(), "the default")
        assert at.app.theme == "dark"


async def test_moving_on_or_leaving_takes_back_what_was_only_tried_out() -> None:
    async with table(tasks=30, config=Path("/nonexistent/config.toml")) as at:
        await opened(at, "theme")
        await at.press("space", "space", "q")
        assert at.app.theme == "dark"
        assert not isinstance(at.app.screen, SettingsScreen)


async def test_a_number_is_typed_and_a_wrong_one_changes_nothing(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    async with table(tasks=30, config=config) as at:
        await opened(at, "visible")
        await at.press("enter", *["backspace"] * 4, *"9s", "enter")
        await at.until(config.exists, "the file")
        assert tomllib.loads(config.read_text()) == {"refresh": {"visible": "9s"}}
        await at.press("enter", *["backspace"] * 4, *"often", "enter")
        assert at.app.settings.refresh.visible.total_seconds() == 9


async def test_theme_and_set_are_commands_too(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    async with table(tasks=30, config=config) as at:
        for typed, said in (
            ("theme light", "display.theme is kept"),
            ("theme mauve", "display.theme is one of auto, dark, light, contrast, deuteran, tritan, mono"),
            ("set clipboard.via=file", "clipboard.via is kept"),
            ("set nonsense=1", "there is no setting nonsense"),
        ):
            await at.press("colon")
            await at.pilot.press(*(("full_stop" if c == "." else "space" if c == " " else c) for c in typed))
            await at.press("enter")
            await at.until(lambda said=said: said in at.shown, said)  # type: ignore[misc]
        assert at.app.theme == "light"
        assert tomllib.loads(config.read_text()) == {"display": {"theme": "light"}, "clipboard": {"via": "file"}}


async def test_a_file_that_cannot_be_written_is_said_and_the_change_holds_for_now(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text("schema = 99\n")
    async with table(tasks=30, config=config) as at:
        await at.press("colon")
        await at.type("theme contrast")
        await at.press("enter")
        await at.until(lambda: "it holds for now" in at.shown, "what went wrong")
        assert at.app.theme == "contrast"
        assert config.read_text() == "schema = 99\n"

"""What a session makes of its options."""

from pathlib import Path

import pytest

from tui.cli.wiring import Session
from tui.platforms import registry
from tui.platforms.protocols import Connection
from tui.settings import paths

CONFIG = '[accounts.et]\nplatform = "et-engine"\nurl = "http://127.0.0.1:9"\ntoken = { env = "ET" }\n'


@pytest.mark.parametrize("demo", [True, False])
async def test_what_was_seen_of_a_demo_is_not_kept_among_what_was_seen_of_real_accounts(
    demo: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both have an empty place, "everything": a look at one must not make the other's failures old."""
    monkeypatch.setenv("ET", "some")
    config = tmp_path / "config.toml"
    config.write_text(CONFIG)
    session = Session(config=config, demo=demo)
    async with session.deck(session.settings(), screen=True) as deck:
        assert deck.seen.path == (None if demo else paths.data_dir() / "triage.json")


@pytest.mark.parametrize(("screen", "patience"), [(True, 2.0), (False, 20.0)])
async def test_r27_a_command_waits_for_a_rate_limit_that_a_screen_shows(
    screen: bool, patience: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A poller comes back by itself; a command that gave up at once would end with 7 though seconds were missing."""
    monkeypatch.setenv("ET", "some")
    config = tmp_path / "config.toml"
    config.write_text(CONFIG)
    asked: list[Connection] = []
    monkeypatch.setattr(registry, "connect", lambda platform, connection, **rest: asked.append(connection))
    session = Session(config=config)
    async with session.deck(session.settings(), screen=screen) as deck:
        for account in deck.handles.values():
            account.connect()
    assert [connection.patience for connection in asked] == [patience]

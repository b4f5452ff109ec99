"""What a session makes of its options."""

from pathlib import Path

import pytest

from tui.cli.wiring import Session
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

"""How the drill-down screens look: each full, empty, loading, stale and failing, at both sizes."""

from typing import Any

import pytest

from tests.ui.gallery import SCREENS, STATES, desk, put


@pytest.mark.parametrize("size", [(80, 24), (160, 48)], ids=["80x24", "160x48"])
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("screen", SCREENS)
def test_looks(screen: str, state: str, size: tuple[int, int], snap_compare: Any) -> None:
    """The screen looks as it was accepted."""

    async def prepare(pilot: Any) -> None:
        await put(pilot, state)

    assert snap_compare(desk(screen, state), terminal_size=size, run_before=prepare)

"""How the task list looks in each state, and what opens over it, at both sizes."""

from typing import Any

import pytest

from tests.ui.list_gallery import OVER, STATES, desk, put

SIZES = pytest.mark.parametrize("size", [(80, 24), (160, 48)], ids=["80x24", "160x48"])


@SIZES
@pytest.mark.parametrize("state", STATES)
def test_looks(state: str, size: tuple[int, int], snap_compare: Any) -> None:
    """The list looks as it was accepted."""

    async def prepare(pilot: Any) -> None:
        await put(pilot, state)

    assert snap_compare(desk(), terminal_size=size, run_before=prepare)


@SIZES
@pytest.mark.parametrize("over", OVER)
def test_looks_over(over: str, size: tuple[int, int], snap_compare: Any) -> None:
    """What opens over the list looks as it was accepted."""

    async def prepare(pilot: Any) -> None:
        await put(pilot, "failing" if over == "problems" else "full", over)

    assert snap_compare(desk(), terminal_size=size, run_before=prepare)

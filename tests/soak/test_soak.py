"""A hundredth of each long run, with a fixed seed."""

import pytest

from tests.soak.rows import rows


@pytest.mark.parametrize("name", rows())
def test_a_hundredth_holds(name: str) -> None:
    """The promise of that row."""
    assert rows()[name].soak(0.01, 7)

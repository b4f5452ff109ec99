"""A hundredth of each long run, with a fixed seed."""

import logging
from collections.abc import Iterator

import pytest

from tests.soak.rows import rows


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Each loss is a warning, and there are thousands: nobody keeps them."""
    logging.disable(logging.WARNING)
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.parametrize("name", rows())
def test_a_hundredth_holds(name: str) -> None:
    """The promise of that row."""
    assert rows()[name].soak(0.01, 7)

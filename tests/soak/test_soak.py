"""A small share of each long run, with a fixed seed."""

import logging
from collections.abc import Iterator

import pytest

from tests.soak.rows import rows

SHARES = {"R33": 0.001, "R46": 0.2, "R52": 0.0025}
"""Of rows of which a hundredth takes longer than the suite should."""


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Each loss is a warning, and there are thousands: nobody keeps them."""
    logging.disable(logging.WARNING)
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.parametrize("name", rows())
def test_a_share_holds(name: str) -> None:
    """The promise of that row."""
    assert rows()[name].soak(SHARES.get(name, 0.01), 7)

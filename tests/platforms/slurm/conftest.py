"""One real cluster for all tests of this folder that ask for it."""

from collections.abc import Iterator

import pytest

from tests.platforms.slurm.real import Cluster, why_not


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A running cluster; the test is skipped with the reason where there can be none."""
    if (why := why_not()) is not None:
        pytest.skip(why)
    made = Cluster()
    try:
        yield made.start()
    finally:
        made.stop()

"""The world that commands of these tests run against."""

from pathlib import Path

import pytest

from tests.support.commands import World


@pytest.fixture
def world(home: Path) -> World:
    """A small sandbox of its own, with a configuration that names all of its accounts."""
    return World(home)

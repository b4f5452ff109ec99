"""Which long runs there are: every module beside this one that is named like a row."""

import re
from importlib import import_module
from pkgutil import iter_modules
from typing import Protocol, cast

import tests.soak

__all__ = ["Row", "rows"]


class Row(Protocol):
    """A module of this package."""

    TITLE: str

    def soak(self, scale: float, seed: int) -> str:
        """Run it; what was seen, or `AssertionError`."""
        ...


def rows() -> dict[str, Row]:
    """Name (`R33`) to module, in the order of the rows."""
    names = sorted(m.name for m in iter_modules(tests.soak.__path__) if re.fullmatch(r"[rt]\d+", m.name))
    return {name.upper(): cast(Row, import_module(f"tests.soak.{name}")) for name in names}

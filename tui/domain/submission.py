"""Tasks to be made from a file of parameters: its rows, what is wrong with them, and what is sent for each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

__all__ = ["Checked", "Flaw", "Row", "Submission", "plain_value", "words"]


@dataclass(frozen=True, slots=True)
class Row:
    """One task to be made, as the file has it."""

    number: int
    """From 1, without the header."""
    line: int
    """Where it begins in the file, from 1; 0 where the file has no lines to count (JSON)."""
    values: Mapping[str, Any]
    """By column; texts from a CSV file, any JSON value from a JSON file. Empty cells are left out."""
    folder: Path = Path()
    """Of the file, for paths in it that are relative."""

    @property
    def place(self) -> str:
        """`row 2 (line 3)`."""
        return f"row {self.number} (line {self.line})" if self.line else f"row {self.number}"

    def text(self, column: str) -> str | None:
        """A value as text; None where there is none."""
        value = self.values.get(column)
        return None if value is None else plain_value(value)


@dataclass(frozen=True, slots=True)
class Flaw:
    """Why a row cannot be sent."""

    row: Row
    column: str | None
    """None: the whole row."""
    why: str

    def __str__(self) -> str:
        where = f"{self.row.place}, {self.column}" if self.column else self.row.place
        return f"{where}: {self.why}"


@dataclass(frozen=True, slots=True)
class Submission:
    """What is sent for one row, checked."""

    row: Row
    name: str
    what: str
    """For the plan: `a draft of rfranklin/wes/bwa-mem2/2 in rfranklin/wes`."""
    body: Mapping[str, Any]
    """All that the call carries of this row, as JSON; two rows with equal bodies ask for the same task."""
    group: str = ""
    """Rows with the same text here go in one call; empty: in a call of its own."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What a platform says of the rows before anything is sent."""

    submissions: Sequence[Submission] = ()
    """Those without a flaw, in the order of the file."""
    flaws: Sequence[Flaw] = field(default=())


def plain_value(value: Any) -> str:
    """A value of a JSON file as a CSV cell would say it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.strip() if isinstance(value, str) else str(value)


def words(value: Any) -> list[str]:
    """A list, or a text with `;` between its parts, as texts; empty parts are left out."""
    parts = value if isinstance(value, list) else plain_value(value).split(";")
    return [text for part in parts if (text := plain_value(part))]

"""The programs we compare ourselves with: a Textual hello, and a Textual `DataTable`.

python -m tests.bench.references hello
python -m tests.bench.references datatable ROWS
"""

import sys

from textual.app import App, ComposeResult
from textual.widgets import DataTable, Static

COLUMNS = ("STATUS", "ACCT", "NAME", "PROGRESS", "QUEUED", "RUN", "AGE", "COST", "APP", "PROJECT", "UPDATED")


def row(number: int) -> tuple[str, ...]:
    """A row as wide as ours."""
    return (
        "RUNNING", "cgc", f"STAR-align_LUAD batch {number}", f"{number % 480}/480", "2m", "3h12m", "3h12m",
        f"{number % 90}.20 USD", "star/2.7.11b", "luad-480", "5s ago",
    )  # fmt: skip


class Hello(App[None]):
    """The smallest Textual program."""

    BINDINGS = [("q", "quit", "quit")]  # noqa: RUF012

    def compose(self) -> ComposeResult:
        """One line."""
        yield Static("hello, world")


class Table(App[None]):
    """A `DataTable` of many rows."""

    BINDINGS = [("q", "quit", "quit")]  # noqa: RUF012

    def __init__(self, rows: int) -> None:
        super().__init__()
        self.rows = rows

    def compose(self) -> ComposeResult:
        """The table alone."""
        yield DataTable(cursor_type="row")

    def on_mount(self) -> None:
        """Fill it."""
        table = self.query_one(DataTable)
        table.add_columns(*COLUMNS)
        table.add_rows(row(n) for n in range(self.rows))
        table.focus()


if __name__ == "__main__":
    (Hello() if sys.argv[1] == "hello" else Table(int(sys.argv[2]))).run()

"""Failure groups in words: a row each, and what is known of one."""

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from rich.cells import cell_len

from tui.domain.group_record import group_record
from tui.domain.triage import Group, explained
from tui.ui.present.bars import amount
from tui.ui.present.cells import Cell, Column
from tui.ui.present.format import span_text
from tui.ui.present.glyphs import MISSING

__all__ = ["GROUP_COLUMNS", "explanation_lines", "group_cells", "group_columns", "lost_text", "where_text"]

GROUP_COLUMNS = (
    Column("count", "N", 5, right=True),
    Column("bar", "", 8, priority=2),
    Column("signature", "REASON", 24, grows=True, most=110),
    Column("class", "CLASS", 7, priority=1),
    Column("exit", "EXIT", 4, right=True, priority=8),
    Column("first", "FIRST", 6, priority=7, right=True),
    Column("last", "LAST", 6, priority=3, right=True),
    Column("lost", "LOST", 12, priority=4, right=True),
    Column("where", "THEY SHARE", 26, priority=5),
    Column("suggestion", "DO", 24),
)
_WIDE = 120
_SHORT_SUGGESTION = re.compile(r"[;,]|, then ")
Said = tuple[str, str]


def group_columns(width: int) -> tuple[Column, ...]:
    """The columns for so many cells: what they say and what to do go before when it began and the exit code."""
    if width < _WIDE:
        return GROUP_COLUMNS
    wider = {"signature": 44, "suggestion": 30, "bar": 14}
    return tuple(replace(c, width=wider.get(c.key, c.width)) for c in GROUP_COLUMNS)


def group_cells(
    group: Group, now: datetime, *, quiet: bool = False, most: int = 0, columns: Sequence[Column] = GROUP_COLUMNS
) -> Sequence[Cell]:
    """One row.

    Args:
        group: Of failures.
        now: What ages are counted to.
        quiet: It was acknowledged.
        most: Failures of the largest group, which has the whole bar.
        columns: One cell is made for each.
    """
    tone = "dim" if quiet else "ink"
    said = ("ack " if quiet else "") + group.signature
    new = ((f" +{group.new}", "warn"),) if group.new and not quiet else ()
    widths = {column.key: column.width for column in columns}
    bar = tuple(amount(group.count, max(most, group.count), widths["bar"], "dim" if quiet else "fail"))
    share = where_text(group)
    return (
        Cell(f"{group.count:,}", "dim" if quiet else "bad"),
        Cell("", parts=bar),
        Cell(said + (f" +{group.new}" if new else ""), tone, parts=((said, tone), *new) if new else ()),
        Cell("mixed" if group.mixed else group.klass.value, "warn" if group.mixed else "dim"),
        _plain("-" if group.exit is None else str(group.exit)),
        _plain(_ago(group.first, now)),
        _plain(_ago(group.last, now)),
        _plain(lost_text(group), "ink"),
        _plain(share, "warn"),
        Cell(_advice(group, widths["suggestion"]), "dim" if quiet else "accent"),
    )


def _advice(group: Group, width: int) -> str:
    """What to do; the reasons behind it are left to the pane beside where there is no room."""
    said = "R reads its other logs" if group.mixed else group.suggestion
    return said if cell_len(said) <= width else _SHORT_SUGGESTION.split(said)[0]


def _plain(text: str, role: str = "dim") -> Cell:
    return Cell(MISSING, "faint") if text == "-" else Cell(text, role)


def _ago(at: datetime | None, now: datetime) -> str:
    return "-" if at is None else span_text(max(now - at, timedelta(0)))


def where_text(group: Group) -> str:
    """The strongest thing that they share: `host et-w17 only`, `in.seed 40..48`."""
    if not group.common:
        return "-"
    factor = group.common[0]
    only = " only" if factor.failed == factor.of_failed else f" {factor.failed}/{factor.of_failed}"
    return f"{factor.field} {factor.value}{only}"


def lost_text(group: Group) -> str:
    """What the members cost."""
    return str(group.cost_lost) or "-"


def explanation_lines(group: Group) -> list[Said]:
    """How a group's answer came about, and below it the group's record as `triage -o json` prints it."""
    why: list[Said] = [(group.signature, "bold fail"), *((text, "") for text in explained(group))]
    record = json.dumps(group_record(group) | {"refs": f"{group.count:,} references"}, indent=2, ensure_ascii=False)
    return [*why, ("", ""), ("RECORD", "bold"), *((text, "dim") for text in record.splitlines())]

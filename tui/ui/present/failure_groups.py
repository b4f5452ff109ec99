"""Failure groups in words: a row each, and what is known of one."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

from tui.domain.group_record import group_record
from tui.domain.triage import Group, explained
from tui.ui.present.cells import Cell, Column
from tui.ui.present.format import span_text, time_text

__all__ = ["GROUP_COLUMNS", "explanation_lines", "group_cells", "group_lines", "lost_text", "where_text"]

GROUP_COLUMNS = (
    Column("signature", "SIGNATURE", 26, grows=True),
    Column("count", "N", 5, right=True),
    Column("new", "NEW", 4, priority=6, right=True),
    Column("first", "FIRST", 6, priority=3, right=True),
    Column("last", "LAST", 6, priority=2, right=True),
    Column("exit", "EXIT", 4, right=True),
    Column("class", "CLASS", 8),
    Column("where", "COMMON", 28, priority=5),
    Column("lost", "COST LOST", 12, priority=4, right=True),
    Column("suggestion", "SUGGESTED", 22, priority=1),
)
Said = tuple[str, str]


def group_cells(group: Group, now: datetime, *, quiet: bool = False) -> Sequence[Cell]:
    """One row; `quiet` for a group that was acknowledged."""
    tone = "dim" if quiet else "bad"
    return (
        Cell(("ack " if quiet else "") + group.signature, tone),
        Cell(f"{group.count:,}", "" if not quiet else "dim"),
        Cell(f"+{group.new}" if group.new else "-", "mark" if group.new else "dim"),
        Cell(_ago(group.first, now), "dim"),
        Cell(_ago(group.last, now), "dim"),
        Cell("-" if group.exit is None else str(group.exit)),
        Cell("mixed" if group.mixed else group.klass.value, "mark" if group.mixed else ""),
        Cell(where_text(group), "" if group.common else "dim"),
        Cell(lost_text(group), "dim"),
        Cell("R reads its other logs" if group.mixed else group.suggestion, "dim"),
    )


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


def group_lines(group: Group, now: datetime, note: str | None = None, succeeded: int | None = None) -> list[Said]:
    """All that is known of one group, a line each with its style; of the successes, `succeeded` is how many there are
    where that is known."""
    code = "no exit code" if group.exit is None else f"exit {group.exit}"
    new = f", {group.new} new" if group.new else ""
    lines: list[Said] = [
        (group.signature, "bold $text-error"),
        (f"{group.count:,} failures{new}   class {group.klass.value}   {code}   cost lost {lost_text(group)}", ""),
        (f"first {time_text(group.first, now)}   last {time_text(group.last, now)}", "dim"),
    ]
    if note is not None:
        lines.append((f"acknowledged: {note or 'no note'}", "$text-success"))
    if group.mixed:
        lines.append(("mixed: the sample logs disagree; R reads the others within the budget", "$text-warning"))
    elif not group.explained:
        lines.append(("the platform only says that they failed; l reads a sample log", "$text-warning"))
    lines.append((f"suggested: {group.suggestion}", "bold"))
    lines += [("", ""), ("IN COMMON  (failed, against succeeded)", "bold")]
    for factor in group.common[:6]:
        theirs = f"{factor.succeeded:,} of {factor.of_succeeded:,} succeeded"
        ours = f"{factor.failed:,} of {factor.of_failed:,} failed"
        lines.append((f"{factor.field} {factor.value}   {ours}, {theirs}", ""))
    lines.append((group.basis(succeeded), "dim"))
    lines += [("", ""), ("SAMPLES", "bold"), *((str(ref), "dim") for ref in group.samples)]
    return lines


def explanation_lines(group: Group) -> list[Said]:
    """How a group's answer came about, and below it the group's record as `triage -o json` prints it."""
    why: list[Said] = [(group.signature, "bold $text-error"), *((text, "") for text in explained(group))]
    record = json.dumps(group_record(group) | {"refs": f"{group.count:,} references"}, indent=2, ensure_ascii=False)
    return [*why, ("", ""), ("RECORD", "bold"), *((text, "dim") for text in record.splitlines())]

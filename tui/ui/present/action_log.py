"""What was done, as lines: plans of this session, and the journal's entries before them."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from tui.domain.action import Outcome
from tui.store.actions.journal import Entry
from tui.store.actions.run import Run
from tui.ui.present.cells import Cell, Column
from tui.ui.present.format import age_text
from tui.ui.present.plan import outcome_role, run_text

__all__ = ["COLUMNS", "entry_cells", "run_cells"]

COLUMNS = (
    Column("when", "WHEN", 11, frozen=True),
    Column("verb", "ACTION", 13),
    Column("what", "WHAT", 24, grows=True),
    Column("outcome", "OUTCOME", 12),
    Column("more", "MORE", 24, priority=1),
)
_ROLES = {Outcome.DONE: "done", Outcome.ALREADY: "done", Outcome.UNKNOWN: "bad", None: "bad"}


def run_cells(run: Run, now: datetime) -> Sequence[Cell]:
    """One plan of this session."""
    state = "over" if run.over else "stopping" if run.stopped else "under way"
    role = {"good": "done", "warn": "abort"}.get(outcome_role(run), "bad") if run.over else "run"
    return (
        Cell(age_text(run.begun, now), "dim"),
        Cell(run.plan.verb.value),
        Cell(run_text(run).removeprefix(f"{run.plan.verb.value} ")),
        Cell(state, role),
        Cell(", ".join(str(task.ref) for task in run.plan.targets[:3]), "dim"),
    )


def entry_cells(entry: Entry, now: datetime) -> Sequence[Cell]:
    """One line of the journal."""
    outcome = entry.outcome.value.replace("_", " ") if entry.outcome else "unknown"
    outcome += " seen" if entry.settled else ""
    more: Iterable[str | None] = (f"new {entry.new}" if entry.new else None, entry.message)
    return (
        Cell(age_text(entry.at, now), "dim"),
        Cell(entry.verb.value),
        Cell(str(entry.ref)),
        Cell(outcome, "dim" if entry.settled else _ROLES.get(entry.outcome, "abort")),
        Cell("  ".join(part for part in more if part), "dim"),
    )

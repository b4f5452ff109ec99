"""`submit`: a file of parameters checked, shown, confirmed and sent; one line a row."""

import asyncio
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tui.cli.act import PATIENCE, ActionRequest, act_on, code_of
from tui.cli.confirm import UNCONFIRMED, answered
from tui.cli.exit_codes import Exit, worst
from tui.cli.output import say, write_json
from tui.cli.parameters import read_rows
from tui.cli.progress import clear, progress
from tui.cli.wiring import Session
from tui.domain.action import Outcome, Result, Verb
from tui.domain.errors import UsageError
from tui.domain.record import result_record
from tui.domain.submission import Checked, Flaw, Row
from tui.domain.task import TaskRef
from tui.platforms.actions import CanSubmit
from tui.platforms.protocols import Platform
from tui.store.actions.submission import FileSubmission, RowResult
from tui.store.deck import Deck

__all__ = ["SubmitRequest", "submit"]

_ACCOUNT = "account"
_SHOWN = 20
"""Rows that a plan names, and flaws that are told, one by one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitRequest:
    """What the user typed."""

    file: Path
    settings: Mapping[str, str] = field(default_factory=dict)
    """Columns with the same value in every row."""
    run: bool = False
    """Start the drafts once all are made without an error."""
    again: bool = False
    """Rows that were submitted before, too."""
    at_most: int | None = None
    most: int | None = None
    yes: bool = False
    dry_run: bool = False
    as_json: bool = False


async def submit(session: Session, order: SubmitRequest) -> int:
    """Check every row, show the plan, send what was not sent before; the exit code tells the worst outcome.

    Raises:
        UsageError: The file cannot be read, or nothing says which account it is for.
    """
    rows = read_rows(order.file, order.settings)
    settings = session.settings()
    async with session.deck(settings) as deck:
        account = _account(rows, [a.name for a in settings.accounts], order)
        platform = await deck.platform(account)
        if not isinstance(platform, CanSubmit):
            raise UsageError(f"{account}: {platform.platform} takes no file of parameters")
        rows = [_without_account(row) for row in rows]
        async with progress(lambda: f"checking {len(rows):,} rows"):
            checked = await platform.submitter.check(rows)
        if checked.flaws:
            return _flawed(order, checked, len(rows))
        sending = FileSubmission(
            deck.actions.journal, deck.clock, account, order.file.name, checked.submissions,
            again=order.again, max_wait=PATIENCE,
        )  # fmt: skip
        run = _Run(
            deck, platform, order, sending, account,
            starts=platform.submitter.starts or order.run, read_only=deck.handles[account].read_only,
        )  # fmt: skip
        return await run.all()


def _account(rows: Sequence[Row], names: Sequence[str], order: SubmitRequest) -> str:
    """The one account of the rows: of their column, or the only one there is."""
    named = {row.text(_ACCOUNT) for row in rows}
    if len(named) > 1:
        said = ", ".join(sorted(str(name or "none") for name in named))
        raise UsageError(f"{order.file}: its rows name several accounts ({said}); write a file for each")
    name = named.pop()
    if name is not None and name not in names:
        raise UsageError(f"{order.file}: there is no account {name}; there are {', '.join(names)}")
    if name is None and len(names) != 1:
        raise UsageError(f"on which account? write --account NAME, one of {', '.join(names)}")
    return name or names[0]


def _without_account(row: Row) -> Row:
    return replace(row, values={key: value for key, value in row.values.items() if key != _ACCOUNT})


def _flawed(order: SubmitRequest, checked: Checked, count: int) -> Exit:
    """Tell what is wrong, row by row; nothing is sent, not even the good rows."""
    for flaw in checked.flaws[: None if order.as_json else _SHOWN * 5]:
        say(f"{order.file.name} {flaw}")
    bad = len({flaw.row.number for flaw in checked.flaws})
    say(f"{bad:,} of {count:,} rows cannot be submitted; nothing was sent")
    if order.as_json:
        write_json([_flaw_record(flaw) for flaw in checked.flaws], sys.stdout)
    return Exit.USAGE


@dataclass(slots=True)
class _Run:
    """One file on its way."""

    deck: Deck
    platform: Platform
    order: SubmitRequest
    sending: FileSubmission
    account: str
    starts: bool
    """What is sent runs, and costs."""
    read_only: bool
    told: list[RowResult] = field(default_factory=list)

    async def all(self) -> Exit:
        """Plan, confirm, send, and run what is to run."""
        try:
            async for result in self._outcomes():
                self._tell(result)
        except asyncio.CancelledError:
            told = {result.row.number for result in self.told}
            left = [s.row for s in self.sending.fresh if s.row.number not in told]
            say(f"interrupted; the same command goes on with the {len(left):,} rows that are left")
            self._end(())
            raise
        started = await self._start() if self.order.run and not self.order.dry_run else ()
        return self._end(started)

    async def _outcomes(self) -> AsyncIterator[RowResult]:
        for ended in self.sending.ended:
            yield ended
        fresh = self.sending.fresh
        why = self._obstacle()
        if why is None and fresh and not self.order.yes:
            self._show()
            typed = self.starts and len(fresh) > self.deck.actions.count_above
            if not self.order.dry_run and not await answered("submit", len(fresh), typed=typed):
                why = UNCONFIRMED
        if why is not None or self.order.dry_run:
            outcome = Outcome.PLANNED if why is None else Outcome.REFUSED
            if why is not None and not self.order.as_json:
                say(why)
            for one in fresh:
                yield RowResult(one.row, outcome, message=why if self.order.as_json else None)
            return
        total = len(fresh) + len(self.sending.ended)
        async with progress(lambda: f"submit: {len(self.told):,} of {total:,} rows"):
            async for result in self.sending.send(self.platform):
                yield result

    def _obstacle(self) -> str | None:
        """Why nothing is sent at all."""
        count, most = len(self.sending.fresh), self.order.most
        if self.read_only:
            return "read-only: nothing is changed on this account"
        if most is not None and count > most:
            return f"{count:,} rows are more than --max {most}; nothing was sent"
        return None

    def _show(self) -> None:
        """The plan, on stderr."""
        fresh = self.sending.fresh
        for one in fresh[:_SHOWN]:
            say(f"{one.row.place}: {one.name}: {one.what}")
        if (more := len(fresh) - _SHOWN) > 0:
            say(f"{more:,} more rows")
        calls = len({one.group or one.row.number for one in fresh})
        say(f"{calls:,} {'requests' if calls != 1 else 'request'} on {self.account}")
        if self.order.run:
            say("the drafts are run once all are made and none has an error")

    def _tell(self, result: RowResult) -> None:
        """One line a row, as soon as its outcome is known."""
        self.told.append(result)
        if self.order.as_json:
            return
        clear()
        new = f" {result.new}" if result.new else ""
        sys.stdout.write(f"row{result.row.number} {result.outcome.value}{new}\n")
        sys.stdout.flush()
        if result.message:
            say(f"{result.row.place}: {result.message}")

    async def _start(self) -> Sequence[Result]:
        """Run the drafts, if every row has one and none has an error."""
        refs = [result.new for result in self.told if result.new is not None]
        faulty = [r for r in self.told if r.new is None or (r.task is not None and r.task.errors)]
        if faulty:
            say(f"no draft is run: {faulty[0].row.place} has no draft without errors; mend it and submit again")
            return ()
        request = ActionRequest(word="run", refs=[str(ref) for ref in refs], at_most=self.order.at_most, yes=True)
        return await act_on(self.deck, replace(request, as_json=self.order.as_json), refs)

    def _end(self, started: Sequence[Result]) -> Exit:
        """Print the JSON, in the order of the file."""
        if self.order.as_json:
            rows = sorted(self.told, key=lambda result: result.row.number)
            write_json([*map(_record, rows), *(_run_record(result) for result in started)], sys.stdout)
        return worst([*map(_code, self.told), *map(code_of, started)])


def _code(result: RowResult) -> Exit:
    if result.task is not None and result.task.errors:
        return Exit.REFUSED
    return code_of(Result(TaskRef("", ""), Verb.SUBMIT, result.outcome, error=result.error))


def _record(result: RowResult) -> dict[str, Any]:
    """An entry of the JSON of actions, with the number of the row."""
    return {
        "ref": None,
        "action": "submit",
        "outcome": result.outcome.value,
        "status": None if result.task is None else result.task.status.value,
        "new_ref": None if result.new is None else str(result.new),
        "message": result.message,
        "row": result.row.number,
    }


def _run_record(result: Result) -> dict[str, Any]:
    return result_record(result) | {"action": "run", "row": None}


def _flaw_record(flaw: Flaw) -> dict[str, Any]:
    return _record(RowResult(flaw.row, Outcome.REFUSED, message=str(flaw)))

"""Acting from the list by keys: many at once, stopped and gone on with, left out, and what changed stands out."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.app import START, Table, table
from tui.domain.action import Outcome, Verb
from tui.domain.status import TaskStatus
from tui.domain.task import Kind, Task, TaskRef
from tui.store.actions.plan import Plan
from tui.store.actions.run import Run, carry_out
from tui.ui.console.handlers import run_command
from tui.ui.screens.actions import ActionsScreen
from tui.ui.screens.confirm import ConfirmScreen


def going(at: Table, number: int) -> list[Task]:
    """So many running tasks of our own."""
    tasks = (at.list.listing.tasks[key] for key in at.list.listing.rows)
    own = [t for t in tasks if t.status is TaskStatus.RUNNING and t.kind is Kind.TASK and t.created_by == "rfranklin"]
    assert len(own) >= number
    return own[:number]


async def mark(at: Table, tasks: list[Task]) -> None:
    """By the keys a user has: go there, space."""
    for task in tasks:
        at.list.table.go(at.list.listing.rows.index(str(task.ref)))
        await at.press("space")


async def open_abort(at: Table) -> ConfirmScreen:
    await at.press("x", "a")
    return await at.dialog()


async def test_a_bulk_abort_of_seven_needs_their_number_and_sends_each_once() -> None:
    async with table(tasks=400) as at:
        tasks = going(at, 7)
        await mark(at, tasks)
        assert "marked 7" in at.shown
        await open_abort(at)
        assert "Abort 7 tasks?" in at.shown
        await at.press("y", "6", "enter")
        assert isinstance(at.app.screen, ConfirmScreen)
        assert not at.sandbox.ledger.rows
        await at.press("backspace", "7", "enter")
        await at.until(lambda: bool(at.app.actions.runs) and at.app.actions.runs[0].over, "the outcome")
        aborted = [row["id"] for row in at.sandbox.ledger.rows if row["verb"] == "abort"]
        assert sorted(aborted) == sorted(task.ref.id for task in tasks)
        assert "abort 7 of 7: 7 done" in at.shown


async def test_t07_the_dialog_lists_its_targets_as_the_table_does() -> None:
    """In the order of the rows, however they were marked."""
    async with table(tasks=400) as at:
        tasks = going(at, 7)
        await mark(at, [tasks[n] for n in (4, 0, 6, 2, 5, 1, 3)])
        dialog = await open_abort(at)
        assert [task.ref for task in dialog.plan.targets] == [task.ref for task in tasks]


async def test_a_target_that_is_left_out_is_not_sent_and_the_rest_is() -> None:
    async with table(tasks=400) as at:
        tasks = going(at, 7)
        await mark(at, tasks)
        dialog = await open_abort(at)
        left_out = dialog.plan.targets[1].ref
        await at.press("j", "space")
        assert "Abort 6 tasks?" in at.shown
        assert "left out:" in at.shown
        await at.press("7", "enter")
        assert "that is not the number" in at.shown
        await at.press("backspace", "6", "enter")
        await at.until(lambda: bool(at.app.actions.runs) and at.app.actions.runs[0].over, "the outcome")
        sent = {row["id"] for row in at.sandbox.ledger.rows}
        assert sent == {task.ref.id for task in tasks} - {left_out.id}


async def test_t09_no_batch_is_taken_at_the_prompt_and_by_the_dialogs_key() -> None:
    """`:run --no-batch` plans one single task, `b` in the dialog turns it back; no other command takes the word."""
    async with table(tasks=400) as at:
        (api,) = (m.app for m in at.sandbox.mounted if m.place.name == "cgc")
        source = next(t for t in at.list.listing.tasks.values() if t.kind is Kind.BATCH and t.ref.account == "cgc")
        draft = TaskRef("cgc", api.changes.clone(source.ref.id, run=False).id)
        at.app.deck.refresh()
        await at.until(lambda: at.app.snapshot.task(draft) is not None, "the draft")
        run_command(at.app, f"abort --no-batch {draft}")
        await at.pilot.pause()
        assert at.app.screen is at.list
        run_command(at.app, f"run --no-batch {draft}")
        dialog = await at.dialog()
        assert dialog.plan.as_batch is False
        await at.press("b")
        assert dialog.plan.as_batch is True
        await at.press("b")
        at.sandbox.clock.advance(1.0)
        await at.press("y")
        await at.until(lambda: bool(at.app.actions.runs) and at.app.actions.runs[0].over, "the outcome")
        (row,) = (row for row in at.sandbox.ledger.rows if row["verb"] == "run")
        assert row["id"] == draft.id
        seen = at.app.snapshot.task(draft)
        assert seen is not None
        assert seen.kind is Kind.TASK


async def test_t08_a_draft_that_runs_meanwhile_is_not_deleted_by_the_second_yes() -> None:
    """The plan is judged anew: the one that became RUNNING drops out with the reason, also from what is sent."""
    async with table(tasks=400) as at:
        drafts = [t for t in at.list.listing.tasks.values() if t.status is TaskStatus.DRAFT and not t.errors][:2]
        await mark(at, drafts)
        await at.press("x", "d")
        await at.dialog()
        (api,) = (m.app for m in at.sandbox.mounted if m.place.name == drafts[0].ref.account)
        api.changes.run(drafts[0].ref.id, as_batch=True)
        await at.press("2", "enter")
        await at.until(lambda: "changed since you looked" in at.shown, "the new question")
        inside = [line.split("│")[1] for line in at.shown.splitlines() if line.count("│") == 2]
        said = " ".join(" ".join(inside).split())
        assert "status was draft, is " in said
        assert "; left out: only drafts can be deleted; this one is " in said
        dialog = await at.dialog()
        assert [task.ref for task in dialog.plan.targets] == [drafts[1].ref]
        await at.press("1", "enter")
        await at.until(lambda: bool(at.app.actions.runs) and at.app.actions.runs[0].over, "the outcome")
        assert [(row["verb"], row["id"]) for row in at.sandbox.ledger.rows if row["verb"] == "delete"] == [
            ("delete", drafts[1].ref.id)
        ]
        assert "1 done, 1 refused" in at.shown


async def test_bulk_work_that_was_stopped_goes_on_with_exactly_the_rest() -> None:
    async with table(tasks=400) as at:
        tasks = going(at, 7)
        plan: Plan = at.app.deck.actions.plan(Verb.ABORT, tasks)
        run = Run(plan, at.app.deck.clock.now())
        at.app.actions.runs.append(run)

        def told() -> None:
            run.stopped = True  # while three more are on their way

        await carry_out(at.app.deck.actions, run, told)
        results = run.results
        left = {result.ref for result in results if result.outcome is Outcome.NOT_TRIED}
        assert len(results) == 7
        assert left
        assert {r.ref.id for r in results if r.outcome is Outcome.DONE} == {row["id"] for row in at.sandbox.ledger.rows}
        first = {row["id"] for row in at.sandbox.ledger.rows}
        await at.press("colon")
        await at.type("actions")
        await at.press("enter")
        await at.until(lambda: isinstance(at.app.screen, ActionsScreen), "the actions")
        await at.press("c")
        dialog = await at.dialog()
        assert {task.ref for task in dialog.plan.targets} == left
        await at.press(*(["y"] if len(left) <= 5 else [str(len(left)), "enter"]))
        await at.until(lambda: len(at.app.actions.runs) == 2 and at.app.actions.runs[1].over, "the rest")
        every = [row["id"] for row in at.sandbox.ledger.rows]
        assert sorted(every) == sorted({task.ref.id for task in tasks})
        assert first == {task.ref.id for task in tasks} - {ref.id for ref in left}


async def test_a_status_that_changed_on_screen_stands_out_for_three_seconds() -> None:
    async with table() as at:
        task = going(at, 1)[0]
        key = str(task.ref)
        at.list.table.go(at.list.listing.rows.index(key))

        def fresh() -> list[str]:
            cells = at.list.panes.rows.row_cells(key)
            return [name for name, cell in zip(at.list.layout_of.names, cells, strict=True) if cell.fresh]

        assert fresh() == []
        at.app.actions._confirmed(at.app.deck.actions.plan(Verb.ABORT, [task]))
        await at.until(lambda: at.list.listing.tasks[key].status is not TaskStatus.RUNNING, "another status")
        assert fresh() == ["status"]
        at.sandbox.clock.advance(2.0)
        at.list.panes.rows._settle()
        assert fresh() == ["status"]
        at.sandbox.clock.advance(1.5)
        at.list.panes.rows._settle()
        assert fresh() == []


async def test_login_reads_the_token_again_and_says_who_we_are() -> None:
    """Where the token comes from a place that can be read again; the sandbox's own is held in memory."""
    async with table() as at:
        for name, handle in at.app.deck.handles.items():
            at.app.deck.handles[name] = replace(handle, renewal="")
        await at.press("colon")
        await at.type("login cgc")
        await at.press("enter")
        await at.until(lambda: "cgc: the token was read again, user rfranklin" in at.shown, "the answer")
        await at.press("colon")
        await at.type("login nobody")
        await at.press("enter")
        await at.until(lambda: "nobody" in at.shown and "token was read" not in at.shown, "the refusal")


async def test_u14_abort_of_what_is_over_says_so_and_opens_no_dialog() -> None:
    """One task by its name, several by how they ended."""
    async with table(rare=True) as at:
        rows = [at.list.listing.tasks[key] for key in at.list.listing.rows]
        over = [task for task in rows if task.status is TaskStatus.DONE and task.kind is Kind.TASK][:2]
        at.list.table.go(at.list.listing.rows.index(str(over[0].ref)))
        await at.press("X")
        assert f"nothing to abort: {over[0].name} is done already" in at.shown
        assert at.app.screen is at.list
        await mark(at, over)
        await at.press("X")
        assert "nothing to abort: 2 done" in at.shown
        assert at.app.screen is at.list
        at.list.action_unmark()
        at.list.table.go(at.list.listing.rows.index(str(over[0].ref)))
        await at.press("enter", "X")
        assert [n.message for n in at.app._notifications] == [f"nothing to abort: {over[0].name} is done already"]


@pytest.mark.parametrize("size", [(80, 24), (160, 48)])
async def test_t10_an_action_of_unknown_outcome_is_said_in_words_on_the_first_screen(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    """What may have cost money first, how many more there are, and where all of them are told."""
    journal = tmp_path / "journal"
    lines = [
        {"intent": verb, "at": START.isoformat(), "verb": verb, "ref": f"cgc:{verb}-0000-4000", "by": "elsewhere 1"}
        for verb in ("rename", "rerun")
    ]
    journal.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    async with table(journal=journal, size=size) as at:
        said = "outcome unknown: paid rerun of cgc:rerun-00, 1 more"
        await at.until(lambda: said in at.shown, "the action")
        assert "! 2" in at.shown


@pytest.mark.parametrize(
    ("account", "query", "typed", "verb"),
    [
        ("cgc", "status:done kind:task", "clone", "clone"),
        ("lab", "status:failed", "retry", "retry"),
        ("lab", "status:aborted", "resume", "resume"),
        ("lab", "status:failed", "recover", "recover"),
    ],
)
async def test_v09_what_the_command_line_can_do_the_prompt_can_too(
    account: str, query: str, typed: str, verb: str
) -> None:
    """It opens the plan, and sends nothing before it is confirmed."""
    async with table(tasks=40 if account == "cgc" else None, query=f"@{account} {query}") as at:
        run_command(at.app, typed)
        screen = await at.dialog()
        assert screen.plan.verb.value == verb
        assert not at.sandbox.ledger.rows


async def test_v09_priority_needs_a_number() -> None:
    async with table(tasks=40) as at:
        run_command(at.app, "priority high")
        await at.pilot.pause()
        assert ":priority NUMBER" in at.shown

"""The only door to a platform's state: shows a frozen plan, and sends it when the user says so."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import ClassVar, Protocol

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.events import Key
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Static

from tui.clock import Clock
from tui.domain.action import Verb
from tui.domain.errors import TuiError
from tui.domain.task import Kind, Task
from tui.store.actions.plan import Changed, Plan, Rechecked
from tui.ui.present.cells import Cell
from tui.ui.present.format import count_text
from tui.ui.present.plan import (
    TARGET_COLUMNS,
    dangerous,
    identity_text,
    plan_lines,
    plan_text,
    plan_title,
    target_cells,
    verb_text,
)
from tui.ui.widgets.dialog import Dialog, Keys
from tui.ui.widgets.virtual_table import VirtualTable

__all__ = ["ARMED_AFTER", "ConfirmScreen", "Rechecks"]

ARMED_AFTER = 0.3
"""Seconds after the first paint before a yes counts (R38): keys typed ahead confirm nothing."""
_LOW = 30
"""Rows of a screen under which nothing stands apart."""
_WIDTH = 76
"""Columns of the dialog, where the screen has as many."""
_FRAME = 5
"""Columns of borders, padding and a scroll bar."""
_FEWEST = 3
"""Rows of the targets that always show, their head among them."""
_FIXED = 7
"""Rows of the dialog besides plan, targets and count: borders, two of identity, two of what is said, buttons."""
_APART = 3
"""Empty rows between them, where nothing is scarce."""
_NOT_SENT = Cell("not sent")


class Rechecks(Protocol):
    """The part of the actions that the dialog needs."""

    async def recheck(self, plan: Plan) -> Rechecked:
        """The plan held against what the platforms show now."""
        ...

    def judged(self, plan: Plan, tasks: Sequence[Task]) -> Plan:
        """The same plan for these tasks."""
        ...

    async def learn(self, plan: Plan) -> Plan:
        """The plan with what it will cost, where that takes reading."""
        ...


class ConfirmScreen(ModalScreen[Plan | None]):
    """Answers the plan to send, or None. The targets are those it was made with, whatever the list does meanwhile."""

    CSS_PATH = "confirm.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "cancel", "cancel", id="confirm.cancel"),
        Binding("y", "yes", "confirm", id="confirm.yes"),
        Binding("d", "dry_run", "dry run", id="confirm.dry_run"),
        Binding("c", "copy_ids", "copy ids", id="confirm.copy"),
        Binding("b", "batch", "as a batch or not", id="confirm.batch"),
        Binding("space", "drop", "drop", id="confirm.drop"),
        Binding("J", "scroll(1)", "down in the text", show=False),
        Binding("K", "scroll(-1)", "up in the text", show=False),
        Binding("j,down", "move(1)", "down", show=False),
        Binding("k,up", "move(-1)", "up", show=False),
        Binding("pagedown,ctrl+d", "page(1.0)", "page", show=False),
        Binding("pageup,ctrl+u", "page(-1.0)", "page", show=False),
        Binding("tab,right", "app.focus_next", "next", show=False),
        Binding("shift+tab,left", "app.focus_previous", "previous", show=False),
    ]

    def __init__(
        self,
        plan: Plan,
        actions: Rechecks,
        clock: Clock,
        copy: Callable[[str], None] | None = None,
        *,
        dry: bool = False,
    ) -> None:
        super().__init__()
        self._dry = dry
        """The plan is only shown."""
        self.plan = plan
        self._changed: Sequence[Changed] = ()
        """What was different when the plan was held against the platforms."""
        self._actions = actions
        self._clock = clock
        self._copy = copy
        self._painted: float | None = None
        self._sending = False
        self._rows: dict[str, Sequence[Cell]] = {}
        """The targets, then what is not sent, by `str(ref)`."""
        self._whole: dict[str, str] = {}
        """Where exactly each is."""

    def compose(self) -> ComposeResult:
        """Plan, targets, count to type, buttons."""
        with Dialog(id="dialog"):
            with VerticalScroll(id="about", can_focus=False):
                yield Static(id="plan", markup=False)
            yield VirtualTable(TARGET_COLUMNS, self._cells, id="targets")
            yield Static(id="identity", markup=False)
            with Horizontal(id="counting"):
                yield Static("type the number of tasks to go on:", id="count-label", markup=False)
                # What is selected by the focus, the next digit would replace.
                yield Input(id="count", type="integer", max_length=6, compact=True, select_on_focus=False)
            yield Static(id="said", markup=False)
            with Horizontal(id="buttons"):
                yield Button("Cancel", id="cancel")
                yield Button(id="yes")

    def on_mount(self) -> None:
        """Focus on Cancel; the clock of the arming starts with the first paint."""
        self._table.can_focus = False
        self.set_focus(self.query_one("#cancel"))
        self._show()
        if self._dry:
            self.action_dry_run()
        self.call_after_refresh(self._seen)
        if self.plan.unlearnt:
            self._learn()

    @work(group="confirm-learn", exclusive=True)
    async def _learn(self) -> None:
        """Say what it will cost as soon as that is read; the dialog can be answered meanwhile."""
        try:
            learnt = await self._actions.learn(self.plan)
        except TuiError:
            return  # the dialog says that it is not known
        self.plan = replace(self.plan, again=learnt.again)
        self._show()

    def _seen(self) -> None:
        self._painted = self._clock.monotonic()

    def on_resize(self) -> None:
        """On a low screen nothing stands apart, and the text scrolls rather than the targets go."""
        self.set_class(self.size.height < _LOW, "-low")
        self._write()

    @property
    def _table(self) -> VirtualTable:
        return self.query_one("#targets", VirtualTable)

    @property
    def armed(self) -> bool:
        """Whether the dialog has stood long enough to be read."""
        return self._painted is not None and self._clock.monotonic() - self._painted >= ARMED_AFTER

    def _show(self) -> None:
        plan, now = self.plan, self._clock.now()
        self._rows = {str(task.ref): target_cells(task, now) for task in plan.targets}
        self._whole = {str(task.ref): identity_text(task) for task in plan.targets}
        for task, why in (*plan.skipped, *((task, "nothing to do") for task in plan.already)):
            cells = target_cells(task, now)
            self._rows[str(task.ref)] = tuple(Cell(cell.text, "dim") for cell in (*cells[:-2], _NOT_SENT, cells[-1]))
            self._whole[str(task.ref)] = f"not sent: {why}   {identity_text(task)}"
        self._table.styles.min_height = min(_FEWEST, len(self._rows) + 1)
        self._table.show(list(self._rows))
        self._table.redraw()
        self.query_one("#counting").display = plan.typed
        self.query_one("#count").disabled = not plan.typed
        yes = self.query_one("#yes", Button)
        yes.label = Content(f"{verb_text(plan)}  y")
        yes.disabled = self._dry or not plan.targets
        yes.variant = "error" if dangerous(plan) else "primary"
        self._write()

    def _write(self) -> None:
        """The question, the plan's text as wide as the dialog, and the keys."""
        plan, dialog = self.plan, self.query_one(Dialog)
        dialog.set_class(dangerous(plan), "-danger")
        dialog.ask(plan_title(plan) + ("  (dry run)" if self._dry else ""))
        lines = plan_text(plan_lines(plan, self._changed), min(_WIDTH, self.size.width) - _FRAME)
        self.query_one("#plan", Static).update(Content("\n").join(lines))
        apart = 0 if self.size.height < _LOW else _APART
        taken = _FIXED + apart + int(plan.typed) + min(_FEWEST, len(self._rows) + 1)
        room = max(1, self.size.height - taken)
        self.query_one("#about").styles.max_height = room
        dialog.use_keys(self._keys(scrolls=len(lines) > room))
        dialog.refresh(layout=True)

    def _keys(self, *, scrolls: bool) -> Keys:
        keys = [("y", self.plan.verb.value)] if self.plan.targets and not self._dry else []
        keys.append(("esc", "cancel"))
        if scrolls:
            keys.append(("J K", "text"))
        if self._batches:
            keys.append(("b", "no batch" if self.plan.as_batch else "batch"))
        return (*keys, ("d", "dry run"), ("c", "copy ids"), ("space", "drop"), ("j k", "move"))

    @property
    def _batches(self) -> bool:
        """Whether batching could be switched off for any of the tasks."""
        tasks = (*self.plan.targets, *(task for task, _ in self.plan.skipped))
        return self.plan.verb is Verb.RUN and any(task.kind is Kind.BATCH for task in tasks)

    def _cells(self, key: str) -> Sequence[Cell]:
        return self._rows[key]

    @on(VirtualTable.Moved)
    def _moved(self) -> None:
        said = self._whole.get(self._table.target or "", "")
        self.query_one("#identity", Static).update(Content.styled(said, "$dim"))

    def _say(self, text: str, style: str = "$warn") -> None:
        self.query_one("#said", Static).update(Content.styled(text, style))

    # --- keys ----------------------------------------------------------------------------------------------------

    def action_cancel(self) -> None:
        """Nothing is sent."""
        self.dismiss(None)

    def action_yes(self) -> None:
        """Go on, if the dialog is armed and no count has to be typed."""
        if self._dry:
            self._say("a dry run sends nothing")
        elif self.plan.typed:
            self.set_focus(self.query_one("#count"))
            self._say("type the number of tasks, then enter")
        else:
            self._go()

    @on(Button.Pressed, "#cancel")
    def _cancel_pressed(self) -> None:
        self.action_cancel()

    @on(Button.Pressed, "#yes")
    def _yes_pressed(self) -> None:
        if self.plan.typed and not self._counted:
            self.action_yes()
        else:
            self._go()

    @property
    def _counted(self) -> bool:
        return self.query_one("#count", Input).value.strip() == str(len(self.plan.targets))

    @on(Input.Submitted, "#count")
    def _count_typed(self) -> None:
        if self._counted:
            self._go()
        else:
            self._say(f"that is not the number of tasks ({len(self.plan.targets)})")

    def _go(self) -> None:
        if self.armed and self.plan.targets and not self._sending and not self._dry:
            self._sending = True
            self._recheck()

    @work(group="confirm-recheck", exclusive=True)
    async def _recheck(self) -> None:
        """Look again before sending; what changed is shown and asked anew (R36)."""
        self._say("looking whether anything changed ...", "$dim")
        try:
            found = await self._actions.recheck(self.plan)
        except TuiError as error:
            self._ask_again(f"not sent, the state could not be read again: {error}")
            return
        if not found.changed:
            self.dismiss(self.plan)
            return
        self.plan, self._changed = found.plan, found.changed
        self._show()
        left = "" if self.plan.targets else "; nothing is left to send"
        self._ask_again(f"{len(found.changed):,} changed since you looked: look again{left}")
        self.query_one("#about").scroll_home(animate=False)

    def _ask_again(self, why: str) -> None:
        self._say(why)
        self.query_one("#count", Input).value = ""
        self.set_focus(self.query_one("#cancel"))
        self._sending = False
        self._painted = None
        self.call_after_refresh(self._seen)

    def action_dry_run(self) -> None:
        """Say what would be sent, and send nothing."""
        calls = [f"{self.plan.verb.value} {task.ref}" for task in self.plan.targets]
        more = f"   ... {len(calls) - 3} more" if len(calls) > 3 else ""
        self._say("would send: " + ";  ".join(calls[:3]) + more + ".  Nothing was sent.", "$done")

    def action_batch(self) -> None:
        """Switch batching off or on; the plan is judged anew, for only a batch can go without."""
        if not self._batches or self._sending:
            return
        tasks = (*self.plan.targets, *(task for task, _ in self.plan.skipped))
        self.plan = self._actions.judged(replace(self.plan, as_batch=not self.plan.as_batch), tasks)
        self.query_one("#count", Input).value = ""
        self._show()
        self._say("as batches" if self.plan.as_batch else "batching is off: each runs as one single task", "dim")

    def action_scroll(self, rows: int) -> None:
        """Through the plan's text, where it is longer than its room."""
        self.query_one("#about").scroll_relative(y=rows, animate=False)

    def action_copy_ids(self) -> None:
        """Copy the ids of the targets."""
        if self._copy is not None:
            self._copy("\n".join(str(task.ref) for task in self.plan.targets))
            self._say(f"copied {count_text(len(self.plan.targets), 'id')}", "dim")

    def action_move(self, rows: int) -> None:
        """Through the targets."""
        self._table.action_move(rows)

    def action_page(self, pages: float) -> None:
        """Through the targets by the page."""
        self._table.action_page(pages)

    def action_drop(self) -> None:
        """Leave the target under the cursor out; the rest stays as it was frozen."""
        at, key = self._table.cursor, self._table.target
        dropped = next((task for task in self.plan.targets if str(task.ref) == key), None)
        if self._sending:
            return
        if dropped is None:
            self._say("it is not sent anyway", "dim")
            return
        self.plan = self.plan.without(dropped.ref)
        self.query_one("#count", Input).value = ""
        self._show()
        if self._rows:
            self._table.go(min(at, len(self._rows) - 1))
        else:
            self._moved()
        if not self.plan.targets:
            self.set_focus(self.query_one("#cancel"))
        self._say(f"left out: {dropped.name}" if self.plan.targets else "nothing is left to send", "dim")

    def on_key(self, event: Key) -> None:
        """A digit belongs into the count, wherever the focus is."""
        count = self.query_one("#count", Input)
        if self.plan.typed and event.key.isdecimal() and self.focused is not count:
            event.stop()
            self.set_focus(count)
            count.insert_text_at_cursor(event.key)

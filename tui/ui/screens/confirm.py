"""The only door to a platform's state: shows a frozen plan, and sends it when the user says so."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import ClassVar, Protocol

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Static

from tui.domain.errors import TuiError
from tui.platforms.clock import Clock
from tui.store.plan import Changed, Plan
from tui.ui.present.plan import plan_lines, plan_title, target_lines

__all__ = ["ARMED_AFTER", "ConfirmScreen", "Rechecks"]

ARMED_AFTER = 0.3
"""Seconds after the first paint before a yes counts (R38): keys typed ahead confirm nothing."""


class Rechecks(Protocol):
    """The part of the actions that the dialog needs."""

    async def recheck(self, plan: Plan) -> tuple[Changed, ...]:
        """Targets that are not as the plan has them any more."""
        ...


class ConfirmScreen(ModalScreen[Plan | None]):
    """Answers the plan to send, or None. The targets are those it was made with, whatever the list does meanwhile."""

    CSS_PATH = "confirm.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "cancel", "cancel", id="confirm.cancel"),
        Binding("y", "yes", "confirm", id="confirm.yes"),
        Binding("d", "dry_run", "dry run", id="confirm.dry_run"),
        Binding("c", "copy_ids", "copy ids", id="confirm.copy"),
        Binding("j,down", "scroll(1)", "down", show=False),
        Binding("k,up", "scroll(-1)", "up", show=False),
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
        self._actions = actions
        self._clock = clock
        self._copy = copy
        self._painted: float | None = None
        self._sending = False

    def compose(self) -> ComposeResult:
        """Plan, targets, count to type, buttons."""
        with Vertical(id="dialog"):
            yield Static(id="plan", markup=False)
            with VerticalScroll(id="targets", can_focus=False):
                yield Static(id="target-list", markup=False)
            yield Static(id="said", markup=False)
            yield Input(id="count", type="integer", max_length=6, disabled=not self.plan.typed)
            with Horizontal(id="buttons"):
                yield Button("Cancel", id="cancel")
                yield Button(Content(self.plan.verb.value), id="yes", variant="error")
            yield Static("d dry run   c copy ids   j/k scroll   esc cancel", id="hint", markup=False)

    def on_mount(self) -> None:
        """Focus on Cancel; the clock of the arming starts with the first paint."""
        self.query_one("#count").display = self.plan.typed
        self.query_one("#cancel").focus()
        self._show()
        if self._dry:
            self.action_dry_run()
        self.call_after_refresh(self._seen)

    def _seen(self) -> None:
        self._painted = self._clock.monotonic()

    @property
    def armed(self) -> bool:
        """Whether the dialog has stood long enough to be read."""
        return self._painted is not None and self._clock.monotonic() - self._painted >= ARMED_AFTER

    def _show(self) -> None:
        dialog = self.query_one("#dialog")
        dialog.border_title = Content(f" {plan_title(self.plan)} ")
        self.query_one("#plan", Static).update(Content("\n".join(plan_lines(self.plan))))
        self.query_one("#target-list", Static).update(_targets(self.plan, self._clock.now()))
        if self.plan.typed:
            count = len(self.plan.targets)
            self.query_one("#count", Input).placeholder = f"type {count} (the number of tasks) to go on, then enter"
        self.query_one("#yes", Button).disabled = self._dry or not self.plan.targets

    def _say(self, text: str, style: str = "$text-warning") -> None:
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
            self.query_one("#count").focus()
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
        self._say("looking whether anything changed ...", "dim")
        try:
            changed = await self._actions.recheck(self.plan)
        except TuiError as error:
            self._ask_again(f"not sent, the state could not be read again: {error}")
            return
        if not changed:
            self.dismiss(self.plan)
            return
        for change in changed:
            self.plan = _with(self.plan, change)
        self._show()
        self._ask_again("changed since you looked: " + "; ".join(c.what for c in changed[:3]))

    def _ask_again(self, why: str) -> None:
        self._say(why)
        self.query_one("#count", Input).value = ""
        self.query_one("#cancel").focus()
        self._sending = False
        self._painted = None
        self.call_after_refresh(self._seen)

    def action_dry_run(self) -> None:
        """Say what would be sent, and send nothing."""
        calls = [f"{self.plan.verb.value} {task.ref}" for task in self.plan.targets]
        more = f"   ... {len(calls) - 3} more" if len(calls) > 3 else ""
        self._say("would send: " + ";  ".join(calls[:3]) + more + ".  Nothing was sent.", "$text-success")

    def action_copy_ids(self) -> None:
        """Copy the ids of the targets."""
        if self._copy is not None:
            self._copy("\n".join(str(task.ref) for task in self.plan.targets))
            self._say(f"copied {len(self.plan.targets)} ids", "dim")

    def action_scroll(self, rows: int) -> None:
        """Scroll the targets."""
        self.query_one("#targets").scroll_relative(y=rows, animate=False)


def _targets(plan: Plan, now: datetime) -> Content:
    lines = []
    for task in plan.targets[:200]:
        name, place = target_lines(task, now)
        lines += [Content(name), Content.styled("  " + place, "dim")]
    if len(plan.targets) > 200:
        lines.append(Content.styled(f"... {len(plan.targets) - 200:,} more", "dim"))
    return Content("\n").join(lines)


def _with(plan: Plan, change: Changed) -> Plan:
    """The plan with one target as it is now; one that is gone or final is dropped."""
    new = change.new
    if new is None or (new.status.is_final and not change.old.status.is_final):
        dropped = plan.without(change.old.ref)
        return replace(
            dropped, skipped=(*plan.skipped, (new or change.old, "gone" if new is None else "ended meanwhile"))
        )
    return replace(plan, targets=tuple(new if t.ref == new.ref else t for t in plan.targets))

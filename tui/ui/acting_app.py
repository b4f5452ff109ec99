"""The part of the application that acts: asks what, plans it, has it confirmed, sends it, and leaves when told to.

Nothing here is needed for the first paint, so what it needs is imported where it is first used; it is loaded by then
(`tui.ui.console.navigation`).
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from textual import work

from tui.domain.action import VERBS, Verb
from tui.domain.errors import TuiError
from tui.domain.task import Kind, Task, TaskRef
from tui.settings import Settings
from tui.store.deck import Deck
from tui.ui.deck_app import DeckApp
from tui.ui.messages import Acted
from tui.ui.screens.work import WorkScreen

if TYPE_CHECKING:
    from tui.store.actions.plan import Plan
    from tui.ui.console.actions import Run
    from tui.ui.screens.actions import ActionsScreen

__all__ = ["ActingApp"]

_INTERRUPT = 130
_TWICE = 1.0
"""Seconds within which a second ctrl+c leaves."""


class ActingApp(DeckApp, inherit_bindings=False):
    """Holds the plans that were sent."""

    def __init__(self, deck: Deck, settings: Settings, query: str, environment: Mapping[str, str]) -> None:
        super().__init__(deck, settings, query, environment)
        self.runs: list[Run] = []
        """Plans that were sent in this session, oldest first."""
        self._interrupted = float("-inf")
        self._leaving = False

    @property
    def at_hand(self) -> tuple[Task, ...]:
        """What a command is about: the task that is open, else the marked ones, else the one under the cursor."""
        for screen in reversed(self.screen_stack):
            if isinstance(screen, WorkScreen):
                task = screen.task_now
                return () if task is None else (task,)
        return self.list_screen.chosen

    # --- planning ------------------------------------------------------------------------------------------------

    def on_acted(self, message: Acted) -> None:
        """Menu or plan for these."""
        self.act(message.refs, message.verb)

    def _known(self, ref: TaskRef) -> Task | None:
        task = self.snapshot.task(ref)
        if task is None and isinstance(self.screen, WorkScreen) and self.screen.ref == ref:
            return self.screen.task_now
        return task

    def act(self, refs: tuple[TaskRef, ...], verb: Verb | None = None) -> None:
        """Ask what, unless it is given; then plan it."""
        from tui.ui.console.actions import offers_for
        from tui.ui.screens.action_menu import ActionMenu

        tasks = tuple(task for ref in refs if (task := self._known(ref)) is not None)
        if not tasks:
            self.say("the task under the cursor went away: move first, then act")
        elif verb is not None:
            self._need(verb, tasks)
        else:
            menu = ActionMenu(tasks, offers_for(self.deck.actions, tasks))
            self.push_screen(menu, lambda chosen: None if chosen is None else self._need(chosen, tasks))

    def act_on(self, ref: TaskRef, verb: Verb | None, refs: tuple[TaskRef, ...]) -> None:
        """Menu or plan for these of what `ref` names, or for itself. Failed children are rerun through their batch."""
        batch = self._known(ref)
        if verb is Verb.RERUN_FAILED and refs and batch is not None and batch.kind is Kind.BATCH:
            self.plan(verb, (batch,), failed=refs)
        else:
            self.act(refs or (ref,), Verb.RERUN if verb is Verb.RERUN_FAILED and refs else verb)

    def _need(self, verb: Verb, tasks: tuple[Task, ...]) -> None:
        """Ask for what a verb needs besides its targets: a name, tags."""
        from tui.ui.console.actions import tag_changes
        from tui.ui.screens.ask import AskScreen

        match VERBS[verb].needs:
            case "name":
                ask = AskScreen("new name", tasks[0].name)
                self.push_screen(ask, lambda name: self.plan(verb, tasks, name=name) if name else None)
            case "tags":
                ask = AskScreen("tags: +add -remove", "")
                self.push_screen(ask, lambda words: self.plan(verb, tasks, tags=tag_changes(words)) if words else None)
            case "settings":
                ask = AskScreen("settings: limit=30m throttle=8", "")
                self.push_screen(ask, lambda words: self._alter(verb, tasks, words) if words else None)
            case _:
                self.plan(verb, tasks)

    def _alter(self, verb: Verb, tasks: tuple[Task, ...], words: str) -> None:
        """Plan the settings that were typed, `KEY=VALUE` each."""
        parts = [word.partition("=") for word in words.split()]
        if all(key and equals for key, equals, _ in parts):
            self.plan(verb, tasks, settings={key: value for key, _, value in parts})
        else:
            self.say("write KEY=VALUE, with spaces between several", "warn")

    def plan(
        self,
        verb: Verb,
        tasks: tuple[Task, ...],
        *,
        name: str | None = None,
        tags: tuple[list[str], list[str]] = ([], []),
        settings: Mapping[str, str] | None = None,
        failed: tuple[TaskRef, ...] | None = None,
        dry: bool = False,
    ) -> None:
        """Show the plan; it is sent when it is confirmed, and never where it is `dry`."""
        add, remove = tags
        plan = self.deck.actions.plan(verb, tasks, add=add, remove=remove, settings=settings, failed=failed, name=name)
        self._confirm(plan, dry=dry)

    def plan_tags(self, words: str) -> None:
        """`+add -remove` on what is at hand."""
        from tui.ui.console.actions import tag_changes

        self.plan(Verb.TAG, self.at_hand, tags=tag_changes(words))

    def on_actions_screen_continued(self, message: "ActionsScreen.Continued") -> None:
        """Exactly the rest of a plan; the dialog asks again."""
        from tui.store.actions.service import rest

        self._confirm(rest(message.run.plan, message.run.results))

    def _confirm(self, plan: "Plan", *, dry: bool = False) -> None:
        from tui.ui.present.plan import nothing_text
        from tui.ui.screens.confirm import ConfirmScreen

        if not plan.targets:
            self.say(nothing_text(plan), "warn")
            return
        dialog = ConfirmScreen(plan, self.deck.actions, self.deck.clock, self.copy_to_clipboard, dry=dry)
        self.push_screen(dialog, self._confirmed)

    # --- sending -------------------------------------------------------------------------------------------------

    def _confirmed(self, plan: "Plan | None") -> None:
        if plan is not None:
            from tui.ui.console.actions import Run

            self._send(Run(plan, self.deck.clock.now()))

    @work(group="send")
    async def _send(self, run: "Run") -> None:
        """Carry a plan out; it goes on while the user looks elsewhere."""
        from tui.ui.console.actions import carry_out, outcome_role, run_text

        self.runs.append(run)

        def told() -> None:
            if not self._leaving:
                self.say(run_text(run), outcome_role(run) if run.over else "dim")

        try:
            await carry_out(self.deck.actions, run, told)
        except TuiError as error:
            self.say(f"{run.plan.verb.value}: {error}", "bad")

    @property
    def under_way(self) -> list["Run"]:
        """Plans that are being sent."""
        return [run for run in self.runs if not run.over]

    # --- leaving -------------------------------------------------------------------------------------------------

    def action_leave(self) -> None:
        """Leave at once, unless own actions are under way: then asked once."""
        if self.under_way and not self._leaving:
            self._leaving = True
            self.say(f"{len(self.under_way)} of your actions under way; q again leaves, esc stays", "warn")
        else:
            self.exit()

    def action_interrupt(self) -> None:
        """Cancel what is running; twice within a second leaves."""
        now = self.deck.clock.monotonic()
        if now - self._interrupted < _TWICE:
            self.exit(return_code=_INTERRUPT)
            return
        self._interrupted = now
        for run in self.under_way:
            run.stopped = True
        said = "stopping: nothing more is sent; " if self.under_way else ""
        self.say(f"{said}ctrl+c again leaves", "warn")

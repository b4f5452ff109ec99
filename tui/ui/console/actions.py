"""From "do this with these" to the outcome: menu, plan, dialog, sending, and what came of it."""

from collections import Counter
from collections.abc import Mapping, Sequence

from tui.domain.action import VERBS, Verb
from tui.domain.errors import TuiError
from tui.domain.task import Kind, Task, TaskRef
from tui.store.actions.plan import Plan
from tui.store.actions.run import Run, carry_out
from tui.store.actions.service import Actions, rest
from tui.ui.console.protocol import Console
from tui.ui.present.plan import nothing_text, outcome_role, run_text
from tui.ui.screens.action_menu import ActionMenu
from tui.ui.screens.ask import AskScreen
from tui.ui.screens.confirm import ConfirmScreen

__all__ = ["ActionRunner", "offers_for", "tag_changes"]


class ActionRunner:
    """Asks what, plans it, has it confirmed and sends it; the plans of this session are kept."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self.runs: list[Run] = []
        """Plans that were sent in this session, oldest first."""
        self.silent = False
        """The program is being left: outcomes are no longer announced."""

    @property
    def under_way(self) -> list[Run]:
        """Plans that are being sent."""
        return [run for run in self.runs if not run.over]

    def stop(self) -> None:
        """Send nothing more; what is on its way is awaited."""
        for run in self.under_way:
            run.stopped = True

    # --- planning ------------------------------------------------------------------------------------------------

    def ask(self, refs: Sequence[TaskRef], verb: Verb | None = None) -> None:
        """Plan a verb for these tasks; None shows the menu first."""
        tasks = tuple(task for ref in refs if (task := self._console.known(ref)) is not None)
        if not tasks:
            self._console.say("the task under the cursor went away: move first, then act")
        elif verb is not None:
            self._need(verb, tasks)
        else:
            menu = ActionMenu(tasks, offers_for(self._console.deck.actions, tasks))
            self._console.push_screen(menu, lambda chosen: None if chosen is None else self._need(chosen, tasks))

    def ask_inside(self, batch: TaskRef, verb: Verb | None, refs: tuple[TaskRef, ...]) -> None:
        """The same for children of a batch, or for the batch itself where `refs` is empty.

        Failed children are rerun through their batch, which makes one new batch of them.
        """
        held = self._console.known(batch)
        if verb is Verb.RERUN_FAILED and refs and held is not None and held.kind is Kind.BATCH:
            self.plan(verb, (held,), failed=refs)
        else:
            self.ask(refs or (batch,), Verb.RERUN if verb is Verb.RERUN_FAILED and refs else verb)

    def _need(self, verb: Verb, tasks: tuple[Task, ...]) -> None:
        """Ask for what a verb needs besides its targets: a name, tags."""
        match VERBS[verb].needs:
            case "name":
                ask = AskScreen("new name", tasks[0].name)
                self._console.push_screen(ask, lambda name: self.plan(verb, tasks, name=name) if name else None)
            case "tags":
                ask = AskScreen("tags: +add -remove", "")
                self._console.push_screen(
                    ask, lambda words: self.plan(verb, tasks, tags=tag_changes(words)) if words else None
                )
            case "settings":
                ask = AskScreen("settings: limit=30m throttle=8", "")
                self._console.push_screen(ask, lambda words: self._alter(verb, tasks, words) if words else None)
            case _:
                self.plan(verb, tasks)

    def _alter(self, verb: Verb, tasks: tuple[Task, ...], words: str) -> None:
        """Plan the settings that were typed, `KEY=VALUE` each."""
        parts = [word.partition("=") for word in words.split()]
        if all(key and equals for key, equals, _ in parts):
            self.plan(verb, tasks, settings={key: value for key, _, value in parts})
        else:
            self._console.say("write KEY=VALUE, with spaces between several", "warn")

    def plan(
        self,
        verb: Verb,
        tasks: tuple[Task, ...],
        *,
        name: str | None = None,
        tags: tuple[list[str], list[str]] = ([], []),
        settings: Mapping[str, str] | None = None,
        failed: tuple[TaskRef, ...] | None = None,
        as_batch: bool = True,
        dry: bool = False,
    ) -> None:
        """Show the plan; it is sent when it is confirmed, and never where it is `dry`."""
        add, remove = tags
        plan = self._console.deck.actions.plan(
            verb, tasks, add=add, remove=remove, settings=settings, failed=failed, name=name, as_batch=as_batch
        )
        self._confirm(plan, dry=dry)

    def go_on(self, run: Run) -> None:
        """Plan exactly what a run left out; the dialog asks again."""
        self._confirm(rest(run.plan, run.results))

    def _confirm(self, plan: Plan, *, dry: bool = False) -> None:
        if not plan.targets:
            self._console.say(nothing_text(plan), "warn")
            return
        deck = self._console.deck
        dialog = ConfirmScreen(plan, deck.actions, deck.clock, self._console.copy, dry=dry)
        self._console.push_screen(dialog, self._confirmed)

    # --- sending -------------------------------------------------------------------------------------------------

    def _confirmed(self, plan: Plan | None) -> None:
        if plan is not None:
            run = Run(plan, self._console.deck.clock.now())
            self.runs.append(run)
            self._console.run_worker(self._send(run), group="send")

    async def _send(self, run: Run) -> None:
        """Carry a plan out; it goes on while the user looks elsewhere."""

        def told() -> None:
            if not self.silent:
                self._console.say(run_text(run), outcome_role(run) if run.over else "dim")

        try:
            await carry_out(self._console.deck.actions, run, told)
        except TuiError as error:
            self._console.say(f"{run.plan.verb.value}: {error}", "bad")


def offers_for(actions: Actions, tasks: Sequence[Task]) -> dict[Verb, str | None]:
    """Each verb that any of the platforms knows: None when at least one task takes it, else the commonest reason."""
    found: dict[Verb, list[str | None]] = {}
    for task in tasks:
        for verb, why in actions.offers(task).items():
            found.setdefault(verb, []).append(why)
    if found and Verb.ABORT not in found:  # what everybody looks for: where no platform can, it says so
        found[Verb.ABORT] = [actions.refusal(Verb.ABORT, task) for task in tasks]
    return {verb: _common(found[verb]) for verb in VERBS if verb in found}


def _common(reasons: Sequence[str | None]) -> str | None:
    if None in reasons:
        return None
    return Counter(reasons).most_common(1)[0][0]


def tag_changes(words: str) -> tuple[list[str], list[str]]:
    """`+nightly -old x` as what to add and what to remove."""
    every = words.split()
    add = [word.removeprefix("+") for word in every if not word.startswith("-")]
    return add, [word[1:] for word in every if word.startswith("-")]

"""What can be done with a task: every action its platform knows, greyed with the reason where it cannot be done now."""

from collections.abc import Mapping
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Key
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from tui.domain.action import VERBS, Verb
from tui.domain.task import Task
from tui.ui.present.plan import target_lines
from tui.ui.widgets.dialog import Dialog

__all__ = ["ActionMenu"]


class ActionMenu(ModalScreen[Verb | None]):
    """Answers the verb that was chosen; choosing sends nothing, it leads to the confirm dialog."""

    CSS_PATH = "action_menu.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss(None)", "cancel", id="menu.cancel"),
        Binding("j", "move(1)", show=False),
        Binding("k", "move(-1)", show=False),
    ]

    def __init__(self, tasks: tuple[Task, ...], offers: Mapping[Verb, str | None]) -> None:
        super().__init__()
        self._tasks = tasks
        self._offers = offers
        """Each verb with None, or the reason why not."""

    def compose(self) -> ComposeResult:
        """The task, then the verbs."""
        keys = (("enter", "choose"), ("esc", "cancel"), ("a-z", "its letter"), ("j k", "move"))
        with Dialog(title="What is to be done?", keys=keys):
            yield Static(self._about(), id="about", markup=False)
            yield OptionList(*self._options(), id="verbs", markup=False)
            yield Static("", id="why", markup=False)

    def _about(self) -> Content:
        if len(self._tasks) != 1:
            return Content(f"{len(self._tasks)} marked tasks")
        name, place = target_lines(self._tasks[0], self._tasks[0].fetched)
        return Content("\n").join([Content.styled(name, "bold"), Content.styled(place, "dim")])

    def _options(self) -> list[Option]:
        if not self._offers:
            return [Option(Content("this account is not connected"), disabled=True)]
        options = []
        for verb in VERBS:
            if verb not in self._offers:
                continue
            info, why = VERBS[verb], self._offers[verb]
            text = f"{info.key}  {info.label}" + (f"   ({why})" if why else "")
            options.append(
                Option(Content.styled(text, "dim") if why else Content(text), id=verb.value, disabled=bool(why))
            )
        return options

    def on_key(self, event: Key) -> None:
        """A verb's letter chooses it."""
        for verb, why in self._offers.items():
            if event.key == VERBS[verb].key:
                event.stop()
                if why is None:
                    self.dismiss(verb)
                else:
                    self.query_one("#why", Static).update(Content.styled(f"{VERBS[verb].label}: {why}", "$warn"))

    @on(OptionList.OptionSelected)
    def _chosen(self, message: OptionList.OptionSelected) -> None:
        if message.option_id is not None:
            self.dismiss(Verb(message.option_id))

    def action_move(self, way: int) -> None:
        """Down or up."""
        verbs = self.query_one("#verbs", OptionList)
        if way > 0:
            verbs.action_cursor_down()
        else:
            verbs.action_cursor_up()

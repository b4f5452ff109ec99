"""What the command prompt may offer just now, out of what the application knows."""

from collections.abc import Mapping, Sequence

from tui.domain.query import complete
from tui.settings.saved import all_views
from tui.ui.bindings import live_actions
from tui.ui.commands import Takes
from tui.ui.console.handlers import why_not
from tui.ui.console.protocol import Console
from tui.ui.present.columns import help_of
from tui.ui.present.help import TOPICS
from tui.ui.present.palette import entries, ways
from tui.ui.screens.command import Prompt

__all__ = ["prompt_of"]


def prompt_of(console: Console, aliases: Mapping[str, str], history: Sequence[str]) -> Prompt:
    """Commands with the reasons of the grey ones, history, completions of fields, columns, accounts, views, ids."""
    screen, here = console.list_screen, live_actions(console.screen)

    def columns() -> list[tuple[str, str]]:
        layout = screen.layout_of
        return [(name, help_of(name, layout.extra)) for name in layout.known]

    def accounts() -> list[tuple[str, str]]:
        return [("all", "every account"), *((name, h.platform) for name, h in console.deck.handles.items())]

    def views() -> list[tuple[str, str]]:
        return [(name, view.filter) for name, view in all_views(screen.query_of.views).items()]

    def refs() -> list[tuple[str, str]]:
        tasks = (screen.listing.tasks[key] for key in screen.listing.rows[:200])
        return [(str(task.ref), task.name) for task in tasks]

    values = {
        Takes.COLUMNS: columns,
        Takes.ACCOUNT: accounts,
        Takes.VIEW: views,
        Takes.REF: refs,
        Takes.TOPIC: lambda: [(topic, "") for topic in TOPICS],
    }

    def go_on(text: str) -> list[tuple[str, str]]:
        tasks, context = screen.listing.tasks.values(), screen.context
        found = ways(text, values, lambda part, cursor: complete(part, cursor, tasks, context))
        return [*found, *((action.id, action.help) for action in here if text and action.id.startswith(text))]

    return Prompt(entries(lambda word: why_not(console, word), aliases, here), history, go_on)

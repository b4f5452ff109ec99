"""Changing a setting while the program runs: it holds at once, and is kept in the file when the user says so."""

import asyncio
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from tui.domain.duration import duration
from tui.domain.errors import ConfigError, UsageError
from tui.settings import Settings
from tui.settings.model import GROUPS
from tui.settings.read import load
from tui.store.polling.pace import Intervals
from tui.ui.present.header import lamp
from tui.ui.present.settings import Row, find, parsed, rows_of
from tui.ui.screens.settings import SettingsActions, SettingsScreen
from tui.ui.terminal.external import run_outside

if TYPE_CHECKING:
    from tui.ui.app import TaskdeckApp

__all__ = ["change", "show_settings"]

Value = str | int | bool


def with_value(settings: Settings, key: str, value: Value) -> Settings:
    """The settings with one of them changed; `value` as the file has it."""
    group, _, name = key.partition(".")
    table = getattr(settings, group)
    given: object = value
    if isinstance(getattr(table, name), timedelta):
        given = duration(str(value))
    return replace(settings, **{group: replace(table, **{name: given})})


def default_of(settings: Settings, key: str) -> Settings:
    """The settings with one of them as it is without the file."""
    group, _, name = key.partition(".")
    field = next(field for field in fields(GROUPS[group]) if field.name == name)
    return replace(settings, **{group: replace(getattr(settings, group), **{name: field.default})})


def in_file(settings: Settings) -> frozenset[str]:
    """The keys that the file sets. Reads it: not on the event loop."""
    try:
        data = tomllib.loads(settings.path.read_text("utf-8"))
    except (OSError, ValueError):
        return frozenset()
    tables = ((group, data.get(group)) for group in GROUPS)
    return frozenset(f"{group}.{name}" for group, table in tables if isinstance(table, dict) for name in table)


def apply(app: "TaskdeckApp", settings: Settings) -> None:
    """Let these hold from now on; nothing is written."""
    app.settings = settings
    app.use_display(settings.display)
    app.clipboard_via = settings.clipboard.via
    app.deck.count_above(settings.safety.count_above)
    app.deck.set_intervals(
        Intervals(
            visible=settings.refresh.visible.total_seconds(),
            blurred=settings.refresh.hidden.total_seconds(),
            full=settings.refresh.full.total_seconds(),
        )
    )
    app.list_screen.arrange_preview()


def keep(app: "TaskdeckApp", key: str, value: Value | None, done: Callable[[], None] | None = None) -> None:
    """Write it into the file, with everything else in it kept; None takes it out."""

    # Here, and not above: tomlkit is only needed to write.
    from tui.settings.save import save

    async def write() -> None:
        path = app.settings.path
        try:
            await asyncio.to_thread(save, path, {key: value})
        except ConfigError as error:
            app.say(f"it holds for now, and is not kept: {error}", "warn")
        else:
            app.say(f"{key} is the default again" if value is None else f"{key} is kept in {path}")
        if done is not None:
            done()

    app.run_worker(write(), group="settings")


def _bench(app: "TaskdeckApp", known: frozenset[str], states: Callable[[], Mapping[str, str]]) -> SettingsActions:
    """What the settings screen works with.

    Args:
        known: The keys that the file sets.
        states: How each account is.
    """
    keys = set(known)

    def rows() -> list[Row]:
        read_only = all(handle.read_only for handle in app.deck.handles.values())
        return list(rows_of(app.settings, app.looks, keys, states(), read_only))

    def kept(key: str, value: Value) -> None:
        apply(app, with_value(app.settings, key, value))
        keys.add(key)
        keep(app, key, value)

    def reset(key: str) -> None:
        apply(app, default_of(app.settings, key))
        if key in keys:
            keys.discard(key)
            keep(app, key, None)

    def edit_file() -> None:
        path = app.settings.path
        if not path.exists():
            app.say(f"{path} is not there yet: change something here, and it is made", "warn")
        elif (why := run_outside(app, "EDITOR", "vi", path)) is not None:
            app.say(why, "warn")
        else:
            _read_again(app, keys)

    return SettingsActions(
        rows, lambda key, value: apply(app, with_value(app.settings, key, value)), kept, reset, edit_file
    )


def _read_again(app: "TaskdeckApp", keys: set[str]) -> None:
    """After the editor: everything but the accounts holds at once."""
    try:
        read = load(app.settings.path)
    except ConfigError as error:
        app.say(str(error), "bad")
        return
    keys.clear()
    keys.update(in_file(read))
    apply(app, replace(read, accounts=app.settings.accounts))
    app.say("read again; changes of accounts hold from the next start on")


def change(app: "TaskdeckApp", text: str) -> None:
    """`KEY=VAL`: it holds at once and is kept.

    Raises:
        UsageError: There is no such setting, or it cannot be that.
    """
    word, equals, said = text.partition("=")
    if not equals:
        raise UsageError("write :set KEY=VAL, for example :set display.preview=false")
    key = find(word.strip())
    value = parsed(key, said.strip())
    apply(app, with_value(app.settings, key, value))
    keep(app, key, value)


async def show_settings(app: "TaskdeckApp") -> None:
    """Read what the file sets, then show all settings."""
    known = await asyncio.to_thread(in_file, app.settings)

    def states() -> dict[str, str]:
        now = app.deck.clock.now()
        return {name: lamp(feed, now)[1] for name, feed in app.snapshot.feeds.items()}

    app.push_screen(SettingsScreen(_bench(app, known, states)))

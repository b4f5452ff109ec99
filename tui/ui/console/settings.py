"""Changing a setting while the program runs: it holds at once, and is kept in the file when the user says so."""

import asyncio
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from datetime import timedelta

from tui.domain.duration import duration
from tui.domain.errors import ConfigError, UsageError
from tui.settings import Settings
from tui.settings.model import GROUPS
from tui.settings.read import load
from tui.store.polling.pace import Intervals
from tui.ui.console.protocol import Console
from tui.ui.present.header import lamp
from tui.ui.present.settings import Row, find, parsed, rows_of
from tui.ui.screens.settings import SettingsActions, SettingsScreen
from tui.ui.terminal.external import run_outside

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


def apply(console: Console, settings: Settings) -> None:
    """Let these hold from now on; nothing is written."""
    console.settings = settings
    console.use_display(settings.display)
    console.clipboard_via = settings.clipboard.via
    console.deck.count_above(settings.safety.count_above)
    console.deck.set_intervals(
        Intervals(
            visible=settings.refresh.visible.total_seconds(),
            blurred=settings.refresh.hidden.total_seconds(),
            full=settings.refresh.full.total_seconds(),
        )
    )
    console.list_screen.panes.arrange_preview()


def keep(console: Console, key: str, value: Value | None, done: Callable[[], None] | None = None) -> None:
    """Write it into the file, with everything else in it kept; None takes it out."""

    # Here, and not above: tomlkit is only needed to write.
    from tui.settings.save import save

    async def write() -> None:
        path = console.settings.path
        try:
            await asyncio.to_thread(save, path, {key: value})
        except ConfigError as error:
            console.say(f"it holds for now, and is not kept: {error}", "warn")
        else:
            console.say(f"{key} is the default again" if value is None else f"{key} is kept in {path}")
        if done is not None:
            done()

    console.run_worker(write(), group="settings")


def _bench(console: Console, known: frozenset[str], states: Callable[[], Mapping[str, str]]) -> SettingsActions:
    """What the settings screen works with.

    Args:
        known: The keys that the file sets.
        states: How each account is.
    """
    keys = set(known)

    def rows() -> list[Row]:
        read_only = all(handle.read_only for handle in console.deck.handles.values())
        return list(rows_of(console.settings, console.looks, keys, states(), read_only))

    def kept(key: str, value: Value) -> None:
        apply(console, with_value(console.settings, key, value))
        keys.add(key)
        keep(console, key, value)

    def reset(key: str) -> None:
        apply(console, default_of(console.settings, key))
        if key in keys:
            keys.discard(key)
            keep(console, key, None)

    def edit_file() -> None:
        path = console.settings.path
        if not path.exists():
            console.say(f"{path} is not there yet: change something here, and it is made", "warn")
        elif (why := run_outside(console, "EDITOR", "vi", path)) is not None:
            console.say(why, "warn")
        else:
            _read_again(console, keys)

    return SettingsActions(
        rows, lambda key, value: apply(console, with_value(console.settings, key, value)), kept, reset, edit_file
    )


def _read_again(console: Console, keys: set[str]) -> None:
    """After the editor: everything but the accounts holds at once."""
    try:
        read = load(console.settings.path)
    except ConfigError as error:
        console.say(str(error), "bad")
        return
    keys.clear()
    keys.update(in_file(read))
    apply(console, replace(read, accounts=console.settings.accounts))
    console.say("read again; changes of accounts hold from the next start on")


def change(console: Console, text: str) -> None:
    """`KEY=VAL`: it holds at once and is kept.

    Raises:
        UsageError: There is no such setting, or it cannot be that.
    """
    word, equals, said = text.partition("=")
    if not equals:
        raise UsageError("write :set KEY=VAL, for example :set display.preview=false")
    key = find(word.strip())
    value = parsed(key, said.strip())
    apply(console, with_value(console.settings, key, value))
    keep(console, key, value)


async def show_settings(console: Console) -> None:
    """Read what the file sets, then show all settings."""
    known = await asyncio.to_thread(in_file, console.settings)

    def states() -> dict[str, str]:
        now = console.deck.clock.now()
        return {name: lamp(feed, now)[1] for name, feed in console.snapshot.feeds.items()}

    console.push_screen(SettingsScreen(_bench(console, known, states)))

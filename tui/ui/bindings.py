"""The key map as Textual wants it; apart from it, so that commands can print the keys without loading Textual."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from textual.binding import ActiveBinding, Binding, BindingType
from textual.events import Key
from textual.screen import Screen

from tui.ui.keymap import ACTIONS, Action, of_screen, sign

__all__ = ["bindings", "live", "live_actions", "unbound_text"]


def bindings(place: str) -> list[BindingType]:
    """The bindings of a screen or pane, each with the id of its action."""
    return [Binding(a.keys, a.action, a.label, id=a.id, show=False) for a in of_screen(place)]


def unbound_text(screen: Screen[Any], event: Key) -> str:
    """What to say of a key that does nothing on this screen now; empty for one that does something."""
    if event.key in screen.active_bindings:
        return ""
    name = event.character if event.character and event.is_printable and not event.character.isspace() else None
    return f"{name or sign(event.key)} is not used here, ? for help"


def live(screen: Screen[Any]) -> Mapping[str, ActiveBinding]:
    """What works on this screen now, of the pane that has the keys and of itself, by the id of the action."""
    return {found.binding.id: found for found in screen.active_bindings.values() if found.binding.id and found.enabled}


def live_actions(screen: Screen[Any]) -> tuple[Action, ...]:
    """The same with the keys as they are bound, in the order of the help, what works everywhere last."""
    keys: dict[str, list[str]] = {}
    for key, found in screen.active_bindings.items():
        if found.binding.id and found.enabled:
            keys.setdefault(found.binding.id, []).append(key)
    found_here = (replace(action, keys=",".join(keys[action.id])) for action in ACTIONS if action.id in keys)
    return tuple(sorted(found_here, key=lambda action: action.screen == "screen"))

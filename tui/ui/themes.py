"""Our themes: each is a palette of roles, and a role is used for one thing only.

Contrast on `paper` and on `raised`: ink at least 7:1, words in a colour 4.5:1 (7:1 in `contrast`), lines and bars as
the eye needs them. `mono` is drawn without colour, `ansi` with the terminal's own sixteen.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from textual.color import Color
from textual.theme import Theme

__all__ = ["GROUND_ROLES", "TEXT_ROLES", "Palette", "palettes", "themes"]

TEXT_ROLES = ("ink", "dim", "accent", "run", "done", "fail", "warn", "abort")
"""Roles that words are drawn in; each is a theme variable of its name."""
GROUND_ROLES = ("band", "bdone", "brun")
"""Roles that words stand on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """One colour for each role."""

    dark: bool
    paper: str
    """The screen."""
    raised: str
    """Dialogs."""
    band: str
    """The row under the cursor, a pressed button."""
    rule: str
    """Lines between panes."""
    faint: str
    """Tracks of bars, the sign for a value that is missing; never a word that matters."""
    dim: str
    """Labels, ages, what waits."""
    ink: str
    """Names and numbers."""
    accent: str
    """Keys, the pane that has them, the sorted column, what to do."""
    run: str
    """What is starting, running or finishing."""
    done: str
    """What ended well, an account that is up to date."""
    fail: str
    """What failed, a button that costs or destroys."""
    warn: str
    """Stale, unknown, changed; marks; what failures share."""
    abort: str
    """What was aborted."""
    bdone: str
    """Ground of the strip where most are done."""
    brun: str
    """Ground of the strip where most run."""


_DARK = Palette(
    dark=True, paper="#11151c", raised="#171d27", band="#20304a", rule="#2f3a49", faint="#5d6878", dim="#8b96a8",
    ink="#d7dde8", accent="#7cb0ff", run="#56c8d8", done="#5fb37a", fail="#ff6b70", warn="#e5b454", abort="#c792d8",
    bdone="#1d3a2b", brun="#173a45",
)  # fmt: skip
_PALETTES: Mapping[str, Palette] = {
    "dark": _DARK,
    "light": Palette(
        dark=False, paper="#fbfbf9", raised="#f1f2ee", band="#dce8fb", rule="#c9ced6", faint="#8f98a3", dim="#5b6470",
        ink="#1b2230", accent="#1f5fbf", run="#0b6b7c", done="#2b7340", fail="#b4232c", warn="#8a5300",
        abort="#86318f", bdone="#cfe8d5", brun="#c9e6ec",
    ),
    "contrast": Palette(
        dark=True, paper="#000000", raised="#000000", band="#003a80", rule="#a0a0a0", faint="#a0a0a0", dim="#d0d0d0",
        ink="#ffffff", accent="#9fd0ff", run="#6ff3ff", done="#5fff87", fail="#ff9c9c", warn="#ffd75f",
        abort="#ffa6ff", bdone="#003c14", brun="#00384a",
    ),
    "deuteran": Palette(
        dark=True, paper="#11151c", raised="#171d27", band="#20304a", rule="#2f3a49", faint="#5d6878", dim="#8b96a8",
        ink="#d7dde8", accent="#a9c1e0", run="#e8edf5", done="#6ea8ff", fail="#ff9a57", warn="#e5b454",
        abort="#c792d8", bdone="#1a2f52", brun="#33404f",
    ),
    "tritan": Palette(
        dark=True, paper="#11151c", raised="#171d27", band="#20304a", rule="#2f3a49", faint="#5d6878", dim="#8b96a8",
        ink="#d7dde8", accent="#6fd0d6", run="#e8edf5", done="#4fb3a5", fail="#ff6b6b", warn="#ffb3c7",
        abort="#b9a7b3", bdone="#12393a", brun="#33404f",
    ),
    "mono": Palette(
        dark=True, paper="#000000", raised="#000000", band="#303030", rule="#808080", faint="#808080", dim="#c0c0c0",
        ink="#ffffff", accent="#ffffff", run="#ffffff", done="#ffffff", fail="#ffffff", warn="#ffffff",
        abort="#ffffff", bdone="#000000", brun="#000000",
    ),
}  # fmt: skip
_TINT = 0.3
"""Share of the colour for what changed in the ground of a cell that has just changed."""
_TRACK = (
    "scrollbar-background",
    "scrollbar-background-hover",
    "scrollbar-background-active",
    "scrollbar-corner-color",
)


def _theme(name: str, roles: Palette) -> Theme:
    """A palette as Textual wants it: a variable for each role, and its own names for the same colours."""
    track, thumb, held = (
        Color.parse(roles.paper).blend(Color.parse(roles.ink), share).hex for share in (0.06, 0.3, 0.6)
    )
    return Theme(
        name=name,
        dark=roles.dark,
        background=roles.paper,
        surface=roles.raised,
        panel=roles.raised,
        foreground=roles.ink,
        primary=roles.accent,
        secondary=roles.abort,
        accent=roles.accent,
        success=roles.done,
        warning=roles.warn,
        error=roles.fail,
        variables={
            **{role: getattr(roles, role) for role in (*TEXT_ROLES, *GROUND_ROLES, "rule", "faint")},
            "tint": Color.parse(roles.paper).blend(Color.parse(roles.warn), _TINT).hex,
            "text-primary": roles.accent,
            "text-secondary": roles.abort,
            "text-accent": roles.run,
            "text-success": roles.run,
            "text-warning": roles.warn,
            "text-error": roles.fail,
            "text-muted": roles.dim,
            "success-darken-1": roles.done,
            "block-cursor-background": roles.ink,
            "block-cursor-foreground": roles.paper,
            "block-cursor-text-style": "bold",
            # A position in a page is not news: quieter than any text.
            **dict.fromkeys(_TRACK, track),
            "scrollbar": thumb,
            "scrollbar-hover": held,
            "scrollbar-active": held,
        },
    )


def palettes() -> Mapping[str, Palette]:
    """By the name that stands in the settings."""
    return _PALETTES


def themes() -> Mapping[str, Theme]:
    """The same as Textual's themes."""
    return {name: _theme(name, roles) for name, roles in _PALETTES.items()}

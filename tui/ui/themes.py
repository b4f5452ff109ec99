"""Our themes: two for everyday, one of high contrast, one without red against green.

Every text colour is at least 4.5:1 on `background` and on `surface`, 7:1 in the high-contrast theme.
"""

from collections.abc import Mapping

from textual.color import Color
from textual.theme import Theme

__all__ = ["TEXT_ROLES", "themes"]

TEXT_ROLES = ("primary", "secondary", "accent", "success", "warning", "error", "muted")
"""Each is the variable `text-ROLE`."""


_TRACK = (
    "scrollbar-background",
    "scrollbar-background-hover",
    "scrollbar-background-active",
    "scrollbar-corner-color",
)


def _theme(name: str, *, dark: bool, paper: str, raised: str, ink: str, done: str, **roles: str) -> Theme:
    """A theme from its papers, its ink and a colour for each of `TEXT_ROLES`; `done` is for what went well."""
    texts = {f"text-{role}": color for role, color in roles.items()}
    track, thumb, held = (Color.parse(paper).blend(Color.parse(ink), share).hex for share in (0.06, 0.3, 0.6))
    return Theme(
        name=name,
        dark=dark,
        background=paper,
        surface=raised,
        panel=raised,
        foreground=ink,
        primary=roles["primary"],
        secondary=roles["secondary"],
        accent=roles["accent"],
        success=roles["success"],
        warning=roles["warning"],
        error=roles["error"],
        variables={
            **texts,
            "success-darken-1": done,
            "block-cursor-background": ink,
            "block-cursor-foreground": paper,
            "block-cursor-text-style": "bold",
            # A place in a page is no news: quieter than any text.
            **dict.fromkeys(_TRACK, track),
            "scrollbar": thumb,
            "scrollbar-hover": held,
            "scrollbar-active": held,
        },
    )


_THEMES = (
    _theme(
        "dark", dark=True, paper="#14161a", raised="#1d2026", ink="#dfe3ea", done="#67ad7d",
        primary="#7fb4f0", secondary="#d79bdc", accent="#6fd0d6", success="#b6d957", warning="#f0b450",
        error="#ff8080", muted="#9aa3b0",
    ),
    _theme(
        "light", dark=False, paper="#fbfbf8", raised="#f0f0ea", ink="#1d2026", done="#2b6a3d",
        primary="#1552a0", secondary="#86298e", accent="#0c6068", success="#4f5c00", warning="#8a4b00",
        error="#b3131f", muted="#595f69",
    ),
    _theme(
        "contrast", dark=True, paper="#000000", raised="#000000", ink="#ffffff", done="#5fff87",
        primary="#9fd0ff", secondary="#ffa6ff", accent="#6ff3ff", success="#e4ff6b", warning="#ffd75f",
        error="#ff9c9c", muted="#d0d0d0",
    ),
    _theme(
        "deuteran", dark=True, paper="#14161a", raised="#1d2026", ink="#dfe3ea", done="#6ea8ff",
        primary="#a9c1e0", secondary="#d79bdc", accent="#8fd3ff", success="#ffe08a", warning="#f0b450",
        error="#ff9a57", muted="#9aa3b0",
    ),
)  # fmt: skip


def themes() -> Mapping[str, Theme]:
    """By the name that stands in the settings."""
    return {theme.name: theme for theme in _THEMES}

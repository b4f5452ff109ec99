"""How the program may look in this terminal: what the settings say, where they leave it open what the terminal says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from tui.domain.errors import UsageError
from tui.settings.model import Display

__all__ = ["COLORS", "THEMES", "Looks", "check_terminal", "is_remote", "looks_of"]

THEMES = ("dark", "light", "contrast", "deuteran", "tritan", "mono")
"""Words for `display.theme` besides `auto`."""
COLORS = ("auto", "always", "never", "truecolor")
"""Words for `--color`, `TASKDECK_COLOR` and `display.color`."""
_CALM_FPS = 15
_LIGHT = {"7", "15"}
"""Background numbers of `COLORFGBG` that are light."""
_PLAIN_LOCALES = {"C", "POSIX"}


@dataclass(frozen=True, slots=True)
class Looks:
    """What holds now, all of it decided."""

    theme: str = "dark"
    color: bool = True
    truecolor: bool = False
    """All colours, whatever the terminal says of itself."""
    ascii: bool = False
    basic: bool = False
    """Only signs that every font has."""
    band: bool = False
    """The row under the cursor has a ground of its own."""
    mouse: bool = False
    calm: bool = False
    """Draw rarely: over SSH, or because the user asked for little motion."""
    title: bool = True
    zone: str = "local"
    preview: bool = True
    origins: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Why, where neither file nor default decided: `env NO_COLOR`, by the name in `Display`."""

    @property
    def frames(self) -> int | None:
        """Drawings a second at most; None for the usual number."""
        return _CALM_FPS if self.calm else None


def is_remote(environment: Mapping[str, str]) -> bool:
    """The terminal is at the other end of an SSH connection."""
    return bool(environment.get("SSH_TTY") or environment.get("SSH_CONNECTION"))


def check_terminal(environment: Mapping[str, str]) -> None:
    """Refuse a terminal that cannot be drawn on.

    Raises:
        UsageError: With the command that prints instead.
    """
    if environment.get("TERM", "") in {"", "dumb"}:
        raise UsageError("this terminal cannot be drawn on (TERM=dumb or unset); to print the list: taskdeck tasks")


def looks_of(display: Display, environment: Mapping[str, str]) -> Looks:
    """Decide what the settings leave open.

    `TASKDECK_COLOR` goes before the file, and both go before `NO_COLOR`.
    """
    origins: dict[str, str] = {}
    color, truecolor = _color(display.color, environment, origins)
    return Looks(
        theme=_theme(display.theme, environment, origins),
        color=color,
        truecolor=truecolor,
        ascii=_ascii(display, environment, origins),
        basic=display.glyphs == "basic",
        band=_band(display.cursor, environment, origins),
        mouse=_mouse(display.mouse, environment, origins),
        calm=is_remote(environment) or environment.get("TASKDECK_REDUCED_MOTION", "") not in {"", "0"},
        title=display.title,
        zone=display.zone,
        preview=display.preview,
        origins=MappingProxyType(origins),
    )


def _color(setting: str, environment: Mapping[str, str], origins: dict[str, str]) -> tuple[bool, bool]:
    own = environment.get("TASKDECK_COLOR", "")
    if own in COLORS:
        setting, origins["color"] = own, "env TASKDECK_COLOR"
    if setting == "auto" and environment.get("NO_COLOR"):
        origins["color"] = "env NO_COLOR"
        return False, False
    return setting != "never", setting == "truecolor"


def _theme(setting: str, environment: Mapping[str, str], origins: dict[str, str]) -> str:
    if setting != "auto":
        return setting
    if said := environment.get("COLORFGBG"):
        origins["theme"] = "env COLORFGBG"
        return "light" if said.rsplit(";", 1)[-1] in _LIGHT else "dark"
    return "dark"


def _band(setting: str, environment: Mapping[str, str], origins: dict[str, str]) -> bool:
    if setting == "auto" and is_remote(environment):
        origins["cursor"] = "ssh"
    return setting == "band" or (setting == "auto" and not is_remote(environment))


def _ascii(display: Display, environment: Mapping[str, str], origins: dict[str, str]) -> bool:
    if display.glyphs != "auto":
        return display.glyphs == "ascii"
    if display.ascii != "auto":
        return display.ascii == "always"
    if environment.get("TERM") == "linux":
        origins["ascii"] = "env TERM"
        return True
    name = next((name for name in ("LC_ALL", "LC_CTYPE", "LANG") if environment.get(name)), None)
    if name == "LC_CTYPE" and environment.get("LANG") in _PLAIN_LOCALES:
        name = "LANG"  # Python itself puts LC_CTYPE=C.UTF-8 where LANG is C
    if name is None or "utf8" in environment[name].lower().replace("-", ""):
        return False
    origins["ascii"] = f"env {name}"
    return True


def _mouse(setting: str, environment: Mapping[str, str], origins: dict[str, str]) -> bool:
    if setting != "auto":
        return setting == "always"
    if is_remote(environment):
        origins["mouse"] = "ssh"
        return False
    return True

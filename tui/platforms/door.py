"""The door: every platform there is, in one table. Nothing else in the program names one.

An adapter of another package comes in by the entry point group `taskdeck.platforms`: the entry point's name is the word
for `platform` in the configuration, and it loads an `Entry`. It is loaded only when an account names it.
"""

from collections.abc import Mapping
from importlib.metadata import entry_points

from tui.domain.errors import ConfigError
from tui.platforms.entry import PROTOCOL, Entry
from tui.platforms.etengine.entry import ENTRY as ET_ENGINE
from tui.platforms.qarnot.entry import ENTRY as QARNOT
from tui.platforms.sevenbridges.entry import ENTRY as SEVEN_BRIDGES
from tui.platforms.slurm.entry import ENTRY as SLURM

__all__ = ["GROUP", "PLATFORMS", "entry", "names", "revives"]

GROUP = "taskdeck.platforms"
"""The entry points that other packages offer platforms by."""

PLATFORMS: Mapping[str, Entry] = {found.name: found for found in (SEVEN_BRIDGES, QARNOT, ET_ENGINE, SLURM)}
"""The platforms of this package by name, in the order in which they are listed."""


_loaded: dict[str, Entry] = {}
"""Those of other packages that an account named."""


def entry(name: str, where: str) -> Entry:
    """The platform of that name; one of another package is loaded here and nowhere else.

    Raises:
        ConfigError: There is none, it cannot be loaded, or it was written for another version of this program.
    """
    if (own := PLATFORMS.get(name)) is not None:
        return own
    offered = {point.name: point for point in entry_points(group=GROUP)}
    if name not in offered:
        raise ConfigError(f"{where}: platform is one of {', '.join([*PLATFORMS, *offered])}; {name!r} is none")
    try:
        found = offered[name].load()
    except Exception as error:  # whatever another package does when it is imported
        raise ConfigError(f"{where}: platform {name!r} cannot be loaded: {type(error).__name__}: {error}") from error
    version = getattr(found, "protocol", None)
    if version != PROTOCOL:
        raise ConfigError(
            f"{where}: platform {name!r} speaks version {version} of the adapter protocol and this program "
            f"{PROTOCOL}; update {'taskdeck' if isinstance(version, int) and version > PROTOCOL else 'its package'}"
        )
    if not isinstance(found, Entry) or found.name != name:
        raise ConfigError(f"{where}: platform {name!r} cannot be loaded: its entry point is no Entry of that name")
    _loaded[name] = found
    return found


def revives(name: str) -> bool:
    """Whether tasks of a platform that is in use can be live again after they ended."""
    found = PLATFORMS.get(name) or _loaded.get(name)
    return found is not None and found.revives


def names() -> tuple[str, ...]:
    """The words for `platform` of this package."""
    return tuple(PLATFORMS)

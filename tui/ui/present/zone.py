"""The zone in which the screens show times. Like a locale it is one for the whole process: the settings choose it."""

from datetime import UTC, datetime, tzinfo

from tui.settings.zones import zone_label, zone_letters

__all__ = ["display_zone", "letters_of", "local", "use_zone", "zone_text"]

_zone: tzinfo = UTC


def use_zone(zone: tzinfo) -> None:
    """Show times in this zone from now on."""
    global _zone
    _zone = zone


def display_zone() -> tzinfo:
    """The zone that times are shown in, and that days of a filter begin in."""
    return _zone


def local(at: datetime) -> datetime:
    """The same moment in the display zone."""
    return at.astimezone(_zone)


def letters_of(at: datetime) -> str:
    """What this moment's clock time is marked with: `UTC`, `EDT`."""
    return zone_letters(local(at))


def zone_text(now: datetime) -> str:
    """The zone for a heading: `utc`, `EST utc-5`."""
    return zone_label(_zone, now)

"""The display zone: in which time zone days begin and clocks are shown, by that zone's own rules of each day."""

import os
from datetime import UTC, datetime, timedelta, tzinfo

from tui.domain.errors import ConfigError

__all__ = ["SystemZone", "zone_label", "zone_letters", "zone_of"]


class SystemZone(tzinfo):
    """The operating system's zone: `TZ` in any form that it takes, else the machine's own setting.

    `datetime.astimezone()` alone gives the offset of one moment, which is wrong on the other side of a clock change.
    """

    def utcoffset(self, dt: datetime | None) -> timedelta:
        """The offset that holds at this local time; `fold` chooses within a repeated hour."""
        return _system(dt).utcoffset() or timedelta(0)

    def dst(self, dt: datetime | None) -> timedelta | None:
        """Not known: the system names offsets only."""
        return None

    def tzname(self, dt: datetime | None) -> str:
        """The system's abbreviation at this local time."""
        return _system(dt).tzname() or ""

    def fromutc(self, dt: datetime) -> datetime:
        """This moment as local time."""
        local = dt.replace(tzinfo=UTC).astimezone()
        found = local.replace(tzinfo=self)
        return found if found.utcoffset() == local.utcoffset() else found.replace(fold=1)


def _system(dt: datetime | None) -> datetime:
    return datetime.now().astimezone() if dt is None else dt.replace(tzinfo=None).astimezone()


def zone_of(name: str) -> tzinfo:
    """The zone of a setting: `local`, `utc`, or a name such as `Europe/Berlin`.

    Raises:
        ConfigError: There is no such zone.
    """
    if name.lower() == "utc":
        return UTC
    if name.lower() != "local":
        return _named(name)
    said = os.environ.get("TZ", "").removeprefix(":")
    try:
        return _named(said) if said else SystemZone()
    except ConfigError:  # a rule such as `EST5EDT,M3.2.0,M11.1.0`, which the system reads
        return SystemZone()


def _named(name: str) -> tzinfo:
    from zoneinfo import ZoneInfo  # only who names a zone pays for it

    try:
        return UTC if name in {"UTC", "Etc/UTC"} else ZoneInfo(name)
    except (OSError, ValueError, LookupError):
        raise ConfigError(f"there is no time zone {name!r}; {_hint(name)}") from None


def _hint(name: str) -> str:
    from difflib import get_close_matches
    from zoneinfo import available_timezones

    near = get_close_matches(name, available_timezones(), 1)
    return f"did you mean {near[0]}?" if near else 'write "local", "utc" or a name such as "Europe/Berlin"'


def _offset(moment: datetime) -> str:
    """How far its zone is from UTC at this moment: `utc`, `utc-5`, `utc+5:30`."""
    seconds = round((moment.utcoffset() or timedelta(0)).total_seconds())
    hours, minutes = divmod(abs(seconds) // 60, 60)
    if not seconds:
        return "utc"
    return f"utc{'-' if seconds < 0 else '+'}{hours}{f':{minutes:02d}' if minutes else ''}"


def zone_label(zone: tzinfo, now: datetime) -> str:
    """The zone in a few letters, for headings: `utc`, `EST utc-5`, `utc+3` where it has no letters of its own."""
    local = now.astimezone(zone)
    letters, offset = zone_letters(local), _offset(local)
    return offset if letters.lower() == offset else f"{letters} {offset}"


def zone_letters(moment: datetime) -> str:
    """What a time of its zone is marked with: `UTC`, `EDT`, `utc+3` where the zone has no letters of its own."""
    letters = moment.tzname() or ""
    return letters if letters.isalpha() else _offset(moment)

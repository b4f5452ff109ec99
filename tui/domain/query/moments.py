"""A typed time to the span of the clock it means."""

from datetime import UTC, datetime, timedelta

from tui.domain.query.fields import Context
from tui.domain.query.nodes import Moment

__all__ = ["bounds"]

_DAY = timedelta(days=1)
_TICK = timedelta(microseconds=1)
_FIRST = datetime.min.replace(tzinfo=UTC)
_LAST = datetime.max.replace(tzinfo=UTC)


def bounds(moment: Moment, context: Context) -> tuple[datetime, datetime]:
    """The span's beginning and the first moment behind it, in UTC; cut to what a `datetime` can hold."""
    try:
        start, span = _start(moment, context)
    except OverflowError:
        return (_FIRST, _FIRST + _TICK) if moment.kind == "ago" else (_LAST - _TICK, _LAST)
    try:
        if span < _DAY:  # on the wall's clock a minute before the hour is repeated would last 61 minutes
            return start.astimezone(UTC), start.astimezone(UTC) + span
        return start.astimezone(UTC), (start + span).astimezone(UTC)
    except OverflowError:
        return (_FIRST, _FIRST + span) if start.year < 2 else (_LAST - span, _LAST)


def _start(moment: Moment, context: Context) -> tuple[datetime, timedelta]:
    """Arithmetic in the display zone is by the clock on the wall, so a day is a day where the hour changes too."""
    if moment.kind == "ago":
        return context.now - moment.ago, _TICK
    local = context.now.astimezone(context.zone)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    shortest = timedelta(minutes=1) if moment.minutes else timedelta(seconds=1)
    at = moment.at or local
    if moment.kind in {"day", "weekday", "clock"}:
        back = (local.weekday() - moment.days) % 7 if moment.kind == "weekday" else moment.days
        day = midnight - back * _DAY
        if moment.at is None:
            return day, _DAY
        return day.replace(hour=at.hour, minute=at.minute, second=at.second), shortest
    start = at.replace(tzinfo=context.zone) if at.tzinfo is None else at
    return start, _DAY if moment.kind == "date" else shortest

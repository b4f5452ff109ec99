"""Single values in words: durations to two units, sizes, times, money, files, lists."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from tui.domain.detail import Fact, FileRef, Garbled
from tui.domain.money import Money
from tui.domain.status import TaskStatus
from tui.domain.task import Task
from tui.ui.present.zone import local

__all__ = [
    "STATUS_STYLES", "age_text", "at_text", "coarse_text", "cost_text", "count_text", "fact_text", "label_text",
    "none_text", "queued_text", "ran_text", "size_text", "span_text", "status_text", "time_text",
]  # fmt: skip

STATUS_STYLES: Mapping[TaskStatus, str] = {
    TaskStatus.DRAFT: "$dim",
    TaskStatus.QUEUED: "$dim",
    TaskStatus.STARTING: "$run",
    TaskStatus.RUNNING: "$run",
    TaskStatus.FINISHING: "$run",
    TaskStatus.DONE: "$done",
    TaskStatus.FAILED: "$fail",
    TaskStatus.ABORTED: "$abort",
    TaskStatus.UNKNOWN: "$warn",
}
"""How the word of a status looks."""

_UNITS = (("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1))
_BYTES = ("B", "KB", "MB", "GB", "TB", "PB")


def span_text(span: timedelta | None) -> str:
    """A duration in at most two units: `9s`, `41m`, `3h12m`, `19h11m`, `2d4h`; `-` for none."""
    if span is None:
        return "-"
    seconds = max(0, int(span.total_seconds()))
    for place, (unit, size) in enumerate(_UNITS):
        if seconds >= size:
            whole, rest = divmod(seconds, size)
            if place + 1 < len(_UNITS) and unit != "m":
                lower, lower_size = _UNITS[place + 1]
                part = rest // lower_size
                return f"{whole}{unit}{part:02d}{lower}" if part and unit == "h" else _joined(whole, unit, part, lower)
            return (
                f"{whole}{unit}" if unit == "s" or not rest else f"{whole}m{rest:02d}s" if whole < 10 else f"{whole}m"
            )
    return "0s"


def coarse_text(span: timedelta | None) -> str:
    """A duration that rarely changes, for tables: tens of seconds, from a minute on minutes: `20s`, `7m`, `3h12m`."""
    if span is None:
        return "-"
    seconds = max(0, int(span.total_seconds()))
    if seconds < 60:
        return f"{seconds // 10 * 10}s"
    return f"{seconds // 60}m" if seconds < 3600 else span_text(timedelta(seconds=seconds // 60 * 60))


def _joined(whole: int, unit: str, part: int, lower: str) -> str:
    return f"{whole}{unit}{part}{lower}" if part else f"{whole}{unit}"


def age_text(then: datetime | None, now: datetime) -> str:
    """How long ago, never negative: `41m ago`."""
    return "-" if then is None else f"{span_text(max(now - then, timedelta(0)))} ago"


def time_text(at: datetime | None, now: datetime | None = None) -> str:
    """A point in time in the display zone; the date is left out on the day of `now`."""
    if at is None:
        return "-"
    at = local(at)
    if now is not None and at.date() == local(now).date():
        return f"{at:%H:%M:%S}"
    return f"{at:%Y-%m-%d %H:%M:%S}"


def size_text(size: int | None) -> str:
    """Bytes with a decimal unit: `912 B`, `1.2 MB`."""
    if size is None:
        return "-"
    amount, unit = float(size), 0
    while amount >= 1000 and unit < len(_BYTES) - 1:
        amount, unit = amount / 1000, unit + 1
    return f"{size} B" if unit == 0 else f"{amount:.1f} {_BYTES[unit]}"


def count_text(number: int, noun: str, plural: str | None = None) -> str:
    """`1 task`, `3,204 tasks`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def none_text(task: Task, field: str) -> str:
    """What stands for a value that is missing: `?` where what the platform sent cannot be read (R23), else `-`."""
    return "?" if task.is_garbled(field) else "-"


def at_text(task: Task, name: str, now: datetime | None = None) -> str:
    """When it was created, started or ended; the date is left out on the day of `now`."""
    at: datetime | None = getattr(task, name)
    return none_text(task, name) if at is None else time_text(at, now)


def ran_text(task: Task, now: datetime) -> str:
    """How long it ran: `3h12m`."""
    span = task.ran(now)
    return none_text(task, "run") if span is None else span_text(span)


def queued_text(task: Task, now: datetime) -> str:
    """How long it waited: `41m`."""
    span = task.queued(now)
    return none_text(task, "queued") if span is None else span_text(span)


def cost_text(task: Task) -> str | None:
    """What it cost: `41.20 USD`; `?` where that cannot be read; None where the platform tells no price."""
    return str(task.price) if task.price is not None else "?" if task.is_garbled("cost") else None


def label_text(name: str) -> str:
    """A fact's name for reading: underscores become spaces."""
    return name.replace("_", " ")


def fact_text(fact: Fact) -> str:
    """One line for any value; collections are counted, not listed, when they are long."""
    match fact:
        case None:
            return "-"
        case bool():
            return "yes" if fact else "no"
        case int():
            return f"{fact:,}" if abs(fact) >= 10_000 else str(fact)
        case float():
            return f"{fact:g}"
        case Decimal() | Money() | Garbled():
            return str(fact)
        case str():
            return fact
        case datetime():
            return time_text(fact)
        case timedelta():
            return span_text(fact)
        case FileRef():
            return _file_text(fact)
        case Mapping():
            return _short(", ".join(f"{k}={fact_text(v)}" for k, v in list(fact.items())[:4]), len(fact), 4)
        case Sequence():
            return _short(", ".join(fact_text(v) for v in list(fact)[:3]), len(fact), 3)


def _file_text(file: FileRef) -> str:
    extra = [] if file.size is None else [size_text(file.size)]
    if file.secondary:
        extra.append(f"+{len(file.secondary)} index")
    name = (file.name or file.id) + ("/" if file.folder else "")
    return "   ".join([name, *extra])


def _short(text: str, total: int, shown: int) -> str:
    if total == 0:
        return "none"
    return f"{text}, ... {total:,} in all" if total > shown else text


def status_text(task: Task, now: datetime) -> str:
    """Status with its age or, while it is not final, its running time: `FAILED 41m ago`, `RUNNING 3h12m`."""
    word = task.status.value.upper()
    if task.status.is_final:
        return f"{word} {age_text(task.ended, now)}" if task.ended else word
    ran = task.ran(now)
    span = task.queued(now) if ran is None else ran
    return f"{word} {span_text(span)}" if span is not None else word

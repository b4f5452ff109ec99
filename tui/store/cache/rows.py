"""Tasks as compact rows for the cache, and back."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from tui.domain.money import Money
from tui.domain.status import TaskStatus
from tui.domain.task import NO_FACTS, NOTHING, Kind, Progress, Tally, Task, TaskError, TaskRef

__all__ = ["VERSION", "pack", "unpack"]

VERSION = 2
"""Of the row's shape; rows of another version are not read."""


def _stamp(time: datetime | None) -> float | None:
    return None if time is None else time.timestamp()


def _time(stamp: float | None) -> datetime | None:
    return None if stamp is None else datetime.fromtimestamp(stamp, UTC)


def _seconds(span: timedelta | None) -> float | None:
    return None if span is None else span.total_seconds()


def _span(seconds: float | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=seconds)


def pack(task: Task) -> str:
    """The task as a JSON array."""
    progress, counts, price = task.progress, task.counts, task.price
    return json.dumps(
        [
            task.ref.id, task.platform, task.name, task.kind.value, task.status.value, task.native_status, task.reason,
            task.project, task.app, task.created_by, task.executed_by, task.tags, _stamp(task.created),
            _stamp(task.started), _stamp(task.ended), _stamp(task.changed), _seconds(task.total_time),
            _seconds(task.queued_time), _seconds(task.run_time),
            [progress.done, progress.total, progress.percent] if progress else None,
            [n for _, n in counts.items()] if counts else None, [price.currency, str(price.amount)] if price else None,
            task.parent.id if task.parent else None, task.key, task.index, dict(task.metadata), dict(task.arguments),
            dict(task.settings), task.instance, task.spot, task.region,
            [[e.message, e.type, e.input] for e in task.errors], task.url, sorted(task.garbled), _stamp(task.fetched),
            dict(task.outputs),
        ],
        separators=(",", ":"), ensure_ascii=False,
    )  # fmt: skip


def unpack(account: str, text: str) -> Task:
    """The task of a row.

    Raises:
        ValueError, TypeError, KeyError: The row is damaged.
    """
    row: list[Any] = json.loads(text)
    (
        id_, platform, name, kind, status, native, reason, project, app, created_by, executed_by, tags, created,
        started, ended, changed, total, queued, run, progress, counts, price, parent, key, index, metadata, arguments,
        settings, instance, spot, region, errors, url, garbled, fetched, *later,
    ) = row  # fmt: skip
    return Task(
        ref=TaskRef(account, id_),
        platform=platform,
        name=name,
        kind=Kind(kind),
        status=TaskStatus(status),
        native_status=native,
        reason=reason,
        project=project,
        app=app,
        created_by=created_by,
        executed_by=executed_by,
        tags=tuple(tags),
        created=_time(created),
        started=_time(started),
        ended=_time(ended),
        changed=_time(changed),
        total_time=_span(total),
        queued_time=_span(queued),
        run_time=_span(run),
        progress=Progress(*progress) if progress else None,
        counts=Tally(*counts) if counts else None,
        price=Money(price[0], Decimal(price[1])) if price else None,
        parent=TaskRef(account, parent) if parent else None,
        key=key,
        index=index,
        metadata=metadata or NO_FACTS,
        arguments=arguments or NO_FACTS,
        settings=settings or NO_FACTS,
        instance=instance,
        spot=spot,
        region=region,
        errors=tuple(TaskError(*e) for e in errors),
        url=url,
        garbled=frozenset(garbled) if garbled else NOTHING,
        fetched=datetime.fromtimestamp(fetched, UTC),
        outputs=later[0] if later and later[0] else NO_FACTS,  # rows of earlier programs end before
    )

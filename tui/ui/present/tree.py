"""A task in full as a tree of lines: which groups, in which order, what each line says. No widgets here."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from itertools import islice

from tui.domain.detail import Fact, Facts, FileRef, Garbled, TaskDetail
from tui.domain.export import dumps
from tui.domain.money import Money
from tui.domain.record import fact as as_json
from tui.domain.record import time_text as exact_time
from tui.domain.status import TaskStatus
from tui.domain.task import Task, TaskError
from tui.domain.text import plain
from tui.ui.present.format import age_text, cost_text, count_text, fact_text, label_text, span_text, time_text
from tui.ui.present.jobs import jobs_node
from tui.ui.present.tree_node import MANY, Node, capped

__all__ = ["MANY", "Node", "detail_nodes", "json_nodes"]


def detail_nodes(detail: TaskDetail, now: datetime, *, ages: bool = False) -> tuple[Node, ...]:
    """The groups of a task, what went wrong first. Groups that the platform does not have are left out.

    Args:
        now: Ends what still runs.
        ages: Say of times how long ago they are.
    """
    task = detail.task
    groups = [
        _status_node(task, now, ages),
        _errors_node("errors", task.errors, TaskStatus.FAILED.value),
        _errors_node("warnings", detail.warnings or (), "warning"),
        jobs_node(detail.jobs, now),
        _about_node(task),
        _facts_node("inputs", detail.inputs, unfolded=True),
        _facts_node("outputs", detail.outputs, empty="none produced", unfolded=task.status is TaskStatus.DONE),
        _facts_node("settings", detail.settings),
        _price_node(detail),
        _batch_node(detail),
        _facts_node("limits", detail.limits),
        _facts_node("people", detail.people),
        _facts_node("times", detail.times),
        _events_node(detail, now),
        *(_facts_node(title, facts) for title, facts in (detail.more or {}).items()),
        _raw_node(detail.raw),
    ]
    return tuple(group for group in groups if group is not None)


def _status_node(task: Task, now: datetime, ages: bool) -> Node:
    why = task.reason or (task.errors[0].message if task.errors else None)
    headline = [task.status.value.upper()]
    if task.status.is_final and task.ended:
        headline.append(age_text(task.ended, now))
    if (span := task.ran(now)) is not None:
        headline.append(f"ran {span_text(span)}")
    if (cost := cost_text(task)) is not None:
        headline.append(cost)

    def lines() -> list[Node]:
        queued = task.queued(now)
        waited = f"   queued {span_text(queued)}" if queued is not None else ""
        rows = [_leaf("why", why, task.status.value) if why else None]
        if task.native_status.upper() != task.status.value.upper():
            rows.append(_leaf("platform says", task.native_status))
        if task.progress is not None:
            rows.append(_leaf("progress", _progress_text(task)))
        rows += [
            _time("created", task, now, ages),
            _time("started", task, now, ages, waited),
            _time("ended", task, now, ages),
        ]
        return [row for row in rows if row is not None]

    word = task.status.value
    return Node("status", "status", "  ".join(headline), word, lines, unfolded=True, copied=word)


def _time(name: str, task: Task, now: datetime, ages: bool, more: str = "") -> Node | None:
    """A point in time as drawn, and as it is copied: exact, in UTC."""
    at: datetime | None = getattr(task, name)
    drawn = "?" if name in task.garbled else ""
    if at is not None:
        drawn = age_text(at, now) if ages else time_text(at)
    said = f"{drawn}{more}".strip()
    return Node(name, name, said, copied=exact_time(at) if at is not None else None) if said else None


def _about_node(task: Task) -> Node | None:
    named = (
        ("project", task.project),
        ("app", task.app),
        ("created by", task.created_by),
        ("executed by", task.executed_by if task.executed_by != task.created_by else None),
        ("instance", task.instance),
        ("region", task.region),
        ("tags", ", ".join(task.tags) or None),
        *((f"meta {key}", value) for key, value in task.metadata.items()),
        ("id", task.ref.id),
        ("address", task.url),
    )
    lines = [Node(name, name, value) for name, value in named if value]
    said = "  ".join(t for t in (task.project, task.instance, ", ".join(task.tags)) if t)
    return Node("about", "about", said, "dim", lambda: lines)


def _leaf(label: str, value: str | None, tone: str = "") -> Node | None:
    return None if value is None else Node(label, label, value, tone)


def _progress_text(task: Task) -> str:
    progress = task.progress
    if progress is None:
        return "-"
    steps = f"{progress.done}/{progress.total}" if progress.total is not None else ""
    return "  ".join(t for t in (steps, "" if progress.percent is None else f"{progress.percent:g} %") if t) or "-"


def _errors_node(title: str, errors: Sequence[TaskError], tone: str) -> Node | None:
    if not errors:
        return None
    kinds = sorted({e.type for e in errors if e.type})
    return Node(
        title,
        f"{title} ({len(errors)})",
        ", ".join(kinds[:3]),
        tone,
        lambda: [_error_line(i, e, tone) for i, e in enumerate(errors[:MANY])],
        unfolded=True,
    )


def _error_line(place: int, error: TaskError, tone: str) -> Node:
    label = error.input or error.type or "message"
    more: Callable[[], Sequence[Node]] | None = None
    if error.type and error.input:
        more = lambda: [Node("type", "type", error.type or "")]  # noqa: E731
    return Node(str(place), label, error.message, tone, more)


def _facts_node(title: str, facts: Facts | None, *, empty: str = "none", unfolded: bool = False) -> Node | None:
    if facts is None:
        return None
    if not facts:
        return Node(title, f"{title} (0)", empty, "dim")
    given = dict(facts)
    return Node(
        title,
        f"{label_text(title)} ({len(given)})",
        _preview(given),
        "dim",
        lambda: [_fact_node(name, label_text(name), fact) for name, fact in given.items()],
        unfolded=unfolded,
    )


def _preview(facts: Mapping[str, Fact]) -> str:
    return "  ".join(f"{label_text(k)}={fact_text(v)}" for k, v in list(facts.items())[:3])


def _fact_node(key: str, label: str, fact: Fact) -> Node:
    node = Node(key, label, fact_text(fact), "dim" if fact is None else "", copied=lambda: _exact(fact))
    match fact:
        case FileRef():
            return replace(node, children=lambda: _file_lines(fact))
        case str() | bytes():
            return node
        case Mapping() if fact:
            inner = [(k, k, v) for k, v in islice(fact.items(), MANY)]
        case Sequence() if fact:
            inner = [(str(i), f"[{i}]", v) for i, v in islice(enumerate(fact), MANY)]
        case _:
            return node
    lines = lambda: capped([_fact_node(*line) for line in inner], len(fact))  # noqa: E731
    return replace(node, tone="dim", children=lines)


def _exact(fact: Fact) -> str:
    """A value as it is copied: a file by its id, times and durations as JSON has them, a text as it is."""
    match fact:
        case None:
            return ""
        case FileRef():
            return fact.id
        case str() | Decimal() | Money() | Garbled():
            return str(fact)
    value = as_json(fact)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _file_lines(file: FileRef) -> list[Node]:
    lines = [Node("id", "id", file.id)]
    if file.size is not None:
        lines.append(Node("size", "size", f"{file.size:,} bytes", copied=str(file.size)))
    return lines + [_fact_node(f"+{i}", "index", other) for i, other in enumerate(file.secondary[:MANY])]


def _price_node(detail: TaskDetail) -> Node | None:
    price, parts = cost_text(detail.task), detail.price_breakdown or {}
    if price is None and not parts:
        return None
    lines = [Node(name, label_text(name), str(money)) for name, money in parts.items()]
    said = "  ".join(f"{line.label} {line.value}" for line in lines[:3])
    drawn = "   ".join(t for t in (price or "", said) if t)
    return Node("price", "price", drawn, "", (lambda: lines) if lines else None, copied=price)


def _batch_node(detail: TaskDetail) -> Node | None:
    rule, parent = detail.batch, detail.task.parent
    if rule is None and parent is None:
        return None
    lines: list[Node] = []
    if parent is not None:
        lines.append(Node("parent", "parent", str(parent), target=parent))
    if rule is not None:
        named = (("by", rule.by), ("criteria", ", ".join(rule.criteria)), ("input", rule.input), ("group", rule.group))
        lines += [Node(name, name, value) for name, value in named if value]
        lines += [Node(f"field {k}", k, v) for k, v in (rule.fields or {}).items()]
    return Node("batch", "batch", "  ".join(f"{n.label} {n.value}" for n in lines[:3]), "dim", lambda: lines)


def _events_node(detail: TaskDetail, now: datetime) -> Node | None:
    events = detail.events
    if events is None:
        return None
    newest = max(events, key=lambda e: e.at, default=None)
    return Node(
        "events",
        f"events ({len(events)})",
        "none" if newest is None else f"newest {age_text(newest.at, now)}: {newest.what}",
        "dim",
        (lambda: [Node(str(i), time_text(e.at, now), e.what) for i, e in enumerate(events[:MANY])]) if events else None,
    )


def _raw_node(raw: bytes | None) -> Node | None:
    if raw is None:
        return None
    drawn = count_text(len(raw), "byte") + " of JSON as sent"
    return Node("raw", "raw", drawn, "dim", lambda: json_nodes(raw), copied=lambda: _raw_text(raw))


def _raw_text(raw: bytes) -> str:
    """The answer as it is copied: whole, escaped so that no terminal obeys it."""
    try:
        return dumps(json.loads(raw), indent=2)
    except (ValueError, RecursionError):
        return plain(raw.decode("utf-8", "replace"), len(raw))


def json_nodes(raw: bytes) -> Sequence[Node]:
    """The platform's answer as lines; every name and text is cleaned."""
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError) as error:
        return [Node("bad", "not JSON", plain(str(error)), "warning")]
    return _json_lines(value)


def _json_lines(value: object) -> list[Node]:
    match value:
        case dict():
            items = [(plain(str(k)), v) for k, v in islice(value.items(), MANY)]
        case list():
            items = [(f"[{i}]", v) for i, v in islice(enumerate(value), MANY)]
        case _:
            return [_json_line("value", 0, value)]
    return capped([_json_line(label, i, v) for i, (label, v) in enumerate(items)], len(value))


def _json_line(label: str, place: int, value: object) -> Node:
    key = f"{place}:{label}"
    if isinstance(value, dict | list):
        opening = f"{{{len(value)}}}" if isinstance(value, dict) else f"[{len(value)}]"
        return Node(key, label, opening, "dim", (lambda: _json_lines(value)) if value else None, copied=_dumped(value))
    text = value if isinstance(value, str) else _dumped(value)
    return Node(key, label, plain(text), "dim" if value is None else "")


def _dumped(value: object) -> str:
    try:
        return plain(json.dumps(value, ensure_ascii=True), 65_536)
    except (ValueError, RecursionError):
        return ""

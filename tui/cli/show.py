"""`show`: everything known of one task or job."""

import json
import sys
from datetime import tzinfo
from typing import Any

from tui.cli.exit_codes import Exit
from tui.cli.output import check_fields, dumps, format_of, in_zone, write_json, write_rows, write_yaml
from tui.cli.wiring import Session
from tui.domain.record import Record, detail_record, pick
from tui.domain.text import plain
from tui.settings.zones import zone_of

__all__ = ["show"]

_TIMES = frozenset({"created", "started", "ended", "fetched"})


async def show(session: Session, ref: str, style: str | None, fields: str | None, *, raw: bool) -> int:
    """Print the task with its detail, as a tree or in one of the formats of lists."""
    chosen = check_fields(fields, ("detail", "raw"))
    settings = session.settings()
    async with session.deck(settings) as deck:
        detail = await deck.detail(deck.resolve(ref))
    record = detail_record(detail, session.clock.now())
    if raw:
        # Untouched: JSON has no place for a terminal's controls, they are escaped.
        record["raw"] = None if detail.raw is None else json.loads(detail.raw)
    whole = record if chosen is None else {f: pick(record, f) for f in chosen}
    match style or "table":
        case "json":
            write_json(whole, sys.stdout)
        case "ndjson":
            sys.stdout.write(dumps(whole, sys.stdout) + "\n")
        case "yaml":
            write_yaml(whole, sys.stdout)
        case "csv" | "tsv" | "name" as flat:
            style = format_of(flat, sys.stdout)
            write_rows([record], style, chosen, sys.stdout, header=session.header, end=session.end)
        case _:
            _tree(_in_zone(whole, zone_of(settings.display.zone)))
    return Exit.FINE


def _in_zone(record: Record, zone: tzinfo) -> Record:
    """The record with the times of the platform as people read them; texts that look like times stay as they are."""
    shown = {key: in_zone(value, zone) if key in _TIMES else value for key, value in record.items()}
    detail = record.get("detail")
    if isinstance(detail, dict):
        times, events = detail.get("times") or {}, detail.get("events") or []
        shown["detail"] = detail | {
            "times": {key: in_zone(value, zone) for key, value in times.items()},
            "events": [event | {"at": in_zone(event["at"], zone)} for event in events],
        }
    return shown


def _tree(record: Record) -> None:
    """The record as indented lines; what is absent is left out."""
    lines: list[str] = []

    def grow(key: str, value: Any, depth: int) -> None:
        indent = "  " * depth
        if isinstance(value, dict) and value:
            lines.append(f"{indent}{plain(key)}")
            for name, inner in value.items():
                grow(name, inner, depth + 1)
        elif isinstance(value, list) and any(isinstance(v, dict | list) for v in value):
            lines.append(f"{indent}{plain(key)} ({len(value)})")
            for number, inner in enumerate(value, 1):
                grow(str(number), inner, depth + 1)
        elif value is not None and value not in ({}, []):
            text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            lines.append(f"{indent}{plain(key)}  {plain(text)}")

    for name, value in record.items():
        grow(name, value, 0)
    sys.stdout.write("\n".join(lines) + "\n")

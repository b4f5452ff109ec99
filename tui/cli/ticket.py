"""`ticket`: what a support desk needs to know of one task, as one Markdown block without secrets."""

import sys
from collections.abc import Collection, Iterator
from typing import Any

from tui.cli.logs import clean
from tui.cli.output import say, span_text
from tui.cli.wiring import Session
from tui.domain.detail import TaskDetail
from tui.domain.errors import PlatformError
from tui.domain.log import TAIL_BYTES, LogSource, Stream
from tui.domain.record import Record, detail_record
from tui.domain.redact import redacted, redacted_value
from tui.domain.status import TaskStatus
from tui.domain.task import TaskRef
from tui.domain.text import plain
from tui.domain.triage import Group
from tui.settings.rules import failure_rules
from tui.settings.secrets import Vault
from tui.store.deck import Deck
from tui.store.evidence import Evidence

__all__ = ["ticket"]

_LINES = 50
_LINE = 1_000
"""Characters of a log line."""
_FACTS = (
    "ref", "platform", "name", "kind", "status", "native_status", "reason", "exit_code", "project", "app", "created_by",
    "created", "started", "ended", "parent", "url",
)  # fmt: skip
_SECTIONS = ("times", "settings", "inputs", "limits", "warnings", "jobs")
"""Parts of the detail that a support desk asks for."""
_JOB = ("ref", "name", "status", "host", "exit_code", "reason")
_MOST = 40
"""Entries of a part."""


async def ticket(session: Session, ref: str) -> int:
    """Print the block. Every text in it is searched for secrets, by rule and for the accounts' own tokens."""
    settings = session.settings()
    async with session.deck(settings) as deck:
        target = deck.resolve(ref)
        detail = await deck.detail(target)
        evidence = Evidence(deck, failure_rules(session.config))
        await evidence.explain([detail.task])
        groups = evidence.groups([detail.task]) if detail.task.status is TaskStatus.FAILED else ()
        name, lines = await _last_lines(deck, target)
    known = [token.reveal() for token in Vault(settings.sources).tokens()]
    record = redacted_value(detail_record(detail, session.clock.now()), known)
    text = "\n".join(_block(target, detail, record, groups, name, lines, known))
    sys.stdout.write(redacted(text, known) + "\n")
    return 0


async def _last_lines(deck: Deck, target: TaskRef) -> tuple[str, list[str]]:
    """The name of the log that tells most, and its last lines; or why there is none."""
    try:
        index = await deck.logs(target)
        sources = sorted((s for s in index.sources if s.stream is not Stream.RECORD), key=_likely)
        for source in sources[:2]:
            part = await deck.read_log(source, -TAIL_BYTES, TAIL_BYTES)
            if part.data.strip():
                lines = part.data.decode("utf-8", "replace").rstrip("\n").split("\n")[-_LINES:]
                return source.name, [plain(clean(line), _LINE, lines=True) for line in lines]
        return index.why_none or "the logs are empty", []
    except PlatformError as error:
        say(f"{error}; the ticket is without a log")
        return "the log could not be read", []


def _likely(source: LogSource) -> bool:
    return source.stream is not Stream.STDERR


def _block(
    target: TaskRef, detail: TaskDetail, record: Record, groups: tuple[Group, ...], log: str, lines: list[str],
    known: Collection[str],
) -> Iterator[str]:  # fmt: skip
    yield f"## {_inline(detail.task.status.value)}: {_inline(detail.task.name)}"
    yield ""
    for key in _FACTS:
        if record.get(key) not in (None, "", []):
            yield f"- {key.replace('_', ' ')}: {_code(record[key])}"
    if (duration := record.get("duration")) is not None:
        yield f"- duration: {span_text(duration)}"
    yield f"- shown by: {_code(f'taskdeck show {target}')}"
    for group in groups:
        yield ""
        yield "### Why it failed"
        yield ""
        yield f"- class: {group.klass.value}"
        yield f"- says: {_code(group.signature)}"
        if group.line_number is not None:
            yield f"- line: {group.line_number:,} of the log"
    for error in record.get("errors") or ():
        yield f"- error: {_code(': '.join(str(v) for v in (error['type'], error['message'], error['input']) if v))}"
    for section in _SECTIONS:
        value = (record.get("detail") or {}).get(section)
        if value:
            yield ""
            yield f"### {section.capitalize()}"
            yield ""
            yield from _entries(value)
    yield ""
    yield "### Last lines of the log" if lines else f"No log: {_inline(log)}"
    if lines:
        yield ""
        yield f"{_code(log)}, the last {len(lines)} lines:"
        yield ""
        # Redacted as one text first: a private key is several lines.
        body = redacted("\n".join(lines), known).split("\n")
        yield from (f"    {line}" for line in body)


def _entries(value: Any) -> Iterator[str]:
    """A part of the detail as a list, one line an entry."""
    rows: list[Any] = list(value.items()) if isinstance(value, dict) else list(value)
    for row in rows[:_MOST]:
        if isinstance(value, dict):
            if row[1] is not None:
                yield f"- {_inline(str(row[0]))}: {_code(row[1])}"
        elif isinstance(row, dict):
            known = {key: inner for key, inner in row.items() if inner not in (None, "", [], {})}
            chosen = {
                key: known[key] for key in ("ref", "name", "status", "host", "exit_code", "reason") if key in known
            }
            yield f"- {_code(', '.join(f'{key} {inner}' for key, inner in (chosen or known).items()))}"
        else:
            yield f"- {_code(row)}"
    if len(rows) > _MOST:
        yield f"- and {len(rows) - _MOST:,} more"


def _inline(text: str) -> str:
    """Text of other people as Markdown shows it, never obeys it."""
    return "".join(f"\\{c}" if c in "\\`*_[]<>#|~" else c for c in plain(text))


def _code(value: Any) -> str:
    """Text in code marks, which it cannot leave."""
    text = plain(str(value), _LINE)
    return f"`` {text} ``" if "`" in text and "``" not in text else f"`{text.replace('`', chr(39))}`"

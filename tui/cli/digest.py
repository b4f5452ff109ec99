"""`digest`: what happened since yesterday, each line with the filter that shows it."""

import sys
from collections.abc import Iterator, Sequence
from datetime import timedelta, tzinfo

from tui.cli.exit_codes import Exit, worst
from tui.cli.filters import Filter
from tui.cli.output import span_text, write_json
from tui.cli.remembered import look_back
from tui.cli.wiring import Session
from tui.domain.digest import Count, Digest, Named, Project, digest
from tui.domain.money import Sum
from tui.domain.record import Record, money, time_text
from tui.domain.task import Task
from tui.domain.text import plain
from tui.settings.rules import failure_rules
from tui.settings.zones import zone_of

__all__ = ["STYLES", "print_digest"]

STYLES = ("text", "md", "json")
_REASONS = 8
"""Reasons that are printed one by one; JSON has them all."""
_NAME = 48
"""Characters of a name or signature in a line."""


async def print_digest(session: Session, words: Sequence[str], query: str | None, since: timedelta, style: str) -> int:
    """Print it; what an account no longer tells comes from the history."""
    settings = session.settings()
    wanted = Filter.read(words, query, settings.accounts)
    now = session.clock.now()
    async with session.deck(settings) as deck:
        past = await look_back(session, deck, settings, wanted, now - since)
        projects = dict(deck.projects)
    found = digest(
        past.tasks,
        since,
        now,
        failure_rules(session.config),
        remembered=past.remembered,
        within=" ".join([*([query] if query else []), *words]),
        project_name=lambda task: projects.get(task.project, task.project) if task.project else None,
    )
    if style == "json":
        write_json(_record(found), sys.stdout)
    else:
        zone = zone_of(settings.display.zone)
        lines = _markdown(found, zone) if style == "md" else _text(found, zone)
        sys.stdout.writelines(f"{line}\n" for line in lines)
    return worst([past.code, Exit.USAGE if settings.errors else Exit.FINE])


def _head(found: Digest, zone: tzinfo) -> str:
    since, until = (time.astimezone(zone) for time in (found.since, found.until))
    cost = f"; what ended cost {found.cost.words}" if found.cost else ""
    return f"{since:%Y-%m-%d %H:%M} to {until:%Y-%m-%d %H:%M}{cost}"


def _name(found: Digest, task: Task) -> str:
    return f"{'~' if task.ref in found.remembered else ''}{plain(task.name, _NAME)}"


def _sections(found: Digest) -> Iterator[tuple[str, list[tuple[str, str, str]]]]:
    """Each section's title, and its lines as figure, words and filter."""
    counts = [(f"{c.count:,}", c.label + _cost(c.cost), c.filter) for c in found.counts]
    yield "", counts
    failures = [
        (f"{c.count:,}", f"{plain(c.label, _NAME)} ({c.klass}){_cost(c.cost)}", c.filter)
        for c in found.failures[:_REASONS]
    ]
    if rest := found.failures[_REASONS:]:
        count = sum(one.count for one in rest)
        failures.append((f"{count:,}", f"for {len(rest):,} other reasons", found.counts[1].filter))
    yield "Failed, by reason", failures
    yield (
        "Most expensive",
        [(str(n.task.price), f"{_name(found, n.task)} ({n.task.status.value})", n.filter) for n in found.expensive],
    )
    yield "Waiting longest", [(span_text(_seconds(n)), _name(found, n.task), n.filter) for n in found.waiting]
    yield (
        "By project",
        [
            (
                f"{p.finished + p.failed:,}",
                f"{plain(p.name, _NAME)}: {p.finished:,} finished, {p.failed:,} failed, {p.begun:,} started"
                + _cost(p.cost),
                p.filter,
            )
            for p in found.projects
        ],
    )


def _seconds(named: Named) -> float | None:
    return None if named.waited is None else named.waited.total_seconds()


def _cost(cost: Sum) -> str:
    return f", {cost.words}" if cost else ""


def _text(found: Digest, zone: tzinfo) -> Iterator[str]:
    yield _head(found, zone)
    for title, lines in _sections(found):
        if title and lines:
            yield ""
            yield title
        wide = max((len(figure) for figure, _, _ in lines), default=0)
        words = max((len(said) for _, said, _ in lines), default=0)
        for figure, said, shown in lines:
            yield f"{figure:>{wide}}  {said:<{words}}  / {plain(shown)}"
    if found.remembered:
        yield ""
        yield "~ the platform no longer tells of it; this is what was seen"


def _markdown(found: Digest, zone: tzinfo) -> Iterator[str]:
    yield f"# {_head(found, zone)}"
    for title, lines in _sections(found):
        if not lines:
            continue
        yield ""
        if title:
            yield f"## {title}"
            yield ""
        yield "| | | filter |"
        yield "|--:|---|---|"
        for figure, said, shown in lines:
            yield f"| {figure} | {_escaped(said)} | {_code(shown)} |"
    if found.remembered:
        yield ""
        yield "~ the platform no longer tells of it; this is what was seen"


def _escaped(text: str) -> str:
    """Text of other people as Markdown shows it, never obeys it."""
    return "".join(f"\\{c}" if c in "\\`*_{}[]<>()#|!~" else c for c in plain(text))


def _code(text: str) -> str:
    """Text in code marks, which it cannot leave; a bar would end the cell."""
    inside = plain(text).replace("|", "\\|")
    return f"`` {inside} ``" if "`" in inside else f"`{inside}`"


def _record(found: Digest) -> Record:
    def count(one: Count) -> Record:
        costs = [money(amount) for amount in one.cost.amounts]
        return {"count": one.count, "filter": one.filter, "cost": costs}

    def named(one: Named) -> Record:
        task = one.task
        return {
            "ref": str(task.ref),
            "name": task.name,
            "status": task.status.value,
            "price": money(task.price),
            "waited": _seconds(one),
            "remembered": task.ref in found.remembered,
            "filter": one.filter,
        }

    def project(one: Project) -> Record:
        return {
            "project": one.name,
            "finished": one.finished,
            "failed": one.failed,
            "started": one.begun,
            "cost": [money(amount) for amount in one.cost.amounts],
            "filter": one.filter,
        }

    return {
        "since": time_text(found.since),
        "until": time_text(found.until),
        **{one.label: count(one) for one in found.counts},
        "failures": [
            {"signature": c.label, "class": c.klass, **count(c), "refs": [str(ref) for ref in c.refs]}
            for c in found.failures
        ],
        "expensive": [named(one) for one in found.expensive],
        "waiting": [named(one) for one in found.waiting],
        "projects": [project(one) for one in found.projects],
        "cost": [money(amount) for amount in found.cost.amounts],
        "remembered": sorted(str(ref) for ref in found.remembered),
    }

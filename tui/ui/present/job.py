"""What the tabs of a job show besides its log, and what stands beside it."""

import json
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from rich.cells import cell_len
from textual.content import Content

from tui.domain.exitcode import exit_text
from tui.domain.log import LogIndex
from tui.domain.record import task_record
from tui.domain.record import time_text as exact_time
from tui.domain.task import Job, Task
from tui.ui.present.format import at_text, queued_text, ran_text, size_text
from tui.ui.present.peers import Siblings, differing
from tui.ui.present.text import cut
from tui.ui.present.tree import json_nodes
from tui.ui.present.tree_node import Node

__all__ = ["Said", "Tab", "attempt_count", "attempts_of", "beside", "job_nodes", "side_lines", "tab_line", "tabs_text"]

Said = tuple[str, str]
"""A line and its style."""


class Tab(StrEnum):
    """The tabs, in order."""

    LOG = "log"
    ARGS = "args"
    ATTEMPTS = "attempts"
    FILES = "files"
    TIMELINE = "timeline"
    RAW = "raw"


def attempt_count(attempts: Sequence[Job]) -> int:
    """How many tries there were: those that are known, or as many as the last one's number says."""
    return max([len(attempts), *(job.attempt or 0 for job in attempts)])


def _unlisted(attempts: Sequence[Job]) -> list[int]:
    """The numbers of tries that the platform counts and does not list."""
    known = {job.attempt or 1 for job in attempts}
    count = attempt_count(attempts)
    return [number for number in range(1, count + 1) if number not in known] if count > len(attempts) else []


def tabs_text(chosen: Tab, attempts: int, *, narrow: bool = False) -> str:
    """The line of tabs, the chosen one in brackets; `narrow` is as short as it can be read."""
    number = f"{'' if narrow else ' '}({attempts})" if attempts else ""
    names = [f"{t.value}{number}" if t is Tab.ATTEMPTS else t.value for t in Tab]
    if narrow:
        return "  ".join(f"[{name}]" if t is chosen else name for t, name in zip(Tab, names, strict=True))
    return "  ".join(f"[{name}]" if t is chosen else f" {name} " for t, name in zip(Tab, names, strict=True))


def tab_line(chosen: Tab, attempts: int, source: str, width: int, *, narrow: bool) -> Content:
    """The tabs at the left; at the right the keys, and which of the logs is shown where it is one of several."""
    right = f"source: {source}  (s: {'next' if narrow else 'the next, both'})" if source else "{ } tab"
    tabs = f" {tabs_text(chosen, attempts, narrow=narrow)}"
    if cell_len(tabs) + cell_len(right) + 2 > width:
        right = right.removeprefix("source: ")
    tabs = cut(tabs, max(8, width - cell_len(right) - 1))
    return Content.assemble(tabs, (cut(f" {right}", width - cell_len(tabs)), "dim"))


def attempts_of(job: Task, jobs: Sequence[Task]) -> tuple[Job, ...]:
    """All tries of the same step, the first first; the job alone where the platform counts none."""
    if not isinstance(job, Job):
        return ()
    tries = [j for j in jobs if isinstance(j, Job) and j.name == job.name and j.ref.task == job.ref.task and j.attempt]
    return tuple(sorted(tries, key=lambda j: (j.attempt or 1, str(j.ref)))) if job.attempt else (job,)


def beside(job: Task, family: Sequence[Task]) -> tuple[Task, ...]:
    """What a job's bar is drawn beside: the jobs of its task with all their tries; a child of a batch stands alone, for
    its siblings are thousands and did not wait for each other."""
    jobs = tuple(j for j in family if isinstance(j, Job) and isinstance(job, Job) and j.ref.task == job.ref.task)
    return jobs if jobs and job.index is None else (job,)


def job_nodes(job: Task, tab: Tab, index: LogIndex, attempts: Sequence[Job], now: datetime) -> tuple[Node, ...]:
    """The lines of a tab; one line that says so where there is nothing."""
    match tab:
        case Tab.ATTEMPTS:
            unlisted = (Node(f"unlisted {n}", f"attempt {n}", "not reported", "dim") for n in _unlisted(attempts))
            return (*unlisted, *(_attempt(j, j.ref == job.ref, now) for j in attempts)) or _none(tab)
        case Tab.RAW | Tab.LOG:
            return tuple(json_nodes(json.dumps(task_record(job, now)).encode()))
        case Tab.ARGS:
            rows = [*job.arguments.items(), *job.metadata.items(), *((f"set {k}", v) for k, v in job.settings.items())]
            if isinstance(job, Job) and job.command:
                rows.insert(0, ("command", job.command))
        case Tab.FILES:
            files = [(s.name, f"{s.stream.value}  {size_text(s.size)}") for s in index.sources]
            return tuple(Node(str(n), name, said, copied=name) for n, (name, said) in enumerate(files)) or _none(tab)
        case Tab.TIMELINE:
            return _times(job, now)
    return tuple(Node(str(place), label, value) for place, (label, value) in enumerate(rows)) or _none(tab)


def _none(tab: Tab) -> tuple[Node, ...]:
    return (Node("none", tab.value, "none reported", "dim"),)


def _attempt(job: Job, shown: bool, now: datetime) -> Node:
    words = (
        f"{job.status.value.upper():<9}ran {ran_text(job, now):>7}  {at_text(job, 'started', now)}",
        exit_text(job.exit_code),
        job.host,
        "(this one)" if shown else None,
    )
    text = "   ".join(word for word in words if word)
    target = None if shown else job.ref
    return Node(str(job.ref), f"attempt {job.attempt or 1}", text, job.status.value, target=target, copied=str(job.ref))


def _times(job: Task, now: datetime) -> tuple[Node, ...]:
    points = {"created": job.created, "started": job.started, "ended": job.ended}
    return (
        *(Node(name, name, at_text(job, name), copied=exact_time(at)) for name, at in points.items()),
        Node("queued", "queued", queued_text(job, now)),
        Node("ran", "ran", ran_text(job, now)),
    )


def side_lines(
    job: Task, siblings: Siblings, good: Task | None, attempts: Sequence[Job], index: LogIndex, advice: Sequence[str],
    now: datetime, width: int,
) -> list[Said]:  # fmt: skip
    """What stands beside the log: advice, arguments against a good sibling, running times, attempts, files."""
    parts: list[list[Said]] = []
    if advice:
        parts.append([("WHAT TO DO", "bold"), *((text, "") for text in advice)])
    if good is not None:
        parts.append(_against(job, good, width))
    elif job.arguments:
        pairs = [(f"{name[:12]:<13}{value}", "") for name, value in list(job.arguments.items())[:8]]
        parts.append([("ARGS", "bold"), *pairs])
    if siblings.spans:
        title = f"RUN TIME OF SIBLINGS (n={len(siblings.spans):,})"
        drawn = siblings.histogram(min(30, width - 1)) if len(siblings.spans) > 4 else []
        parts.append([(title, "bold"), (siblings.words, ""), *((text, "$accent") for text in drawn[:-1]),
                      *((text, "$dim") for text in drawn[-1:])])  # fmt: skip
    if attempts:
        parts.append([("ATTEMPTS", "bold"), *(_try(j, now) for j in attempts[-6:])])
    if index.sources:
        files = [(f"{s.stream.short:<4}{s.name}  {size_text(s.size)}", "") for s in index.sources[:4]]
        parts.append([("FILES", "bold"), *files])
    parts.append([("COPY  y", "bold"), ("line or selection; c the id, Y many lines", "dim")])
    return [line for part in parts for line in [*part, ("", "")]]


def _against(job: Task, good: Task, width: int) -> list[Said]:
    rows = differing(job, good)
    name = good.key or good.name if good.index is None else str(good.index)
    lines: list[Said] = [(f"ARGS (against good {name})", "bold")]
    room = max(8, (width - 11) // 2)
    for label, mine, theirs in rows[:8]:
        same = mine == theirs
        lines.append((f"{label[:9]:<10}{mine[:room]:<{room}} {'same' if same else theirs}", "dim" if same else ""))
    if not rows:
        lines.append(("no arguments are reported", "dim"))
    return lines


def _try(job: Job, now: datetime) -> Said:
    words = (str(job.attempt or 1), job.host, ran_text(job, now), exit_text(job.exit_code), job.status.value)
    return "  ".join(word for word in words if word), "$fail" if job.status.is_bad else ""

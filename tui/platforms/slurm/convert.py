"""From records to tasks: a job, an element of an array, an array as one row with its counts."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from tui.domain.status import TaskStatus
from tui.domain.task import Job, Kind, Progress, Tally, Task, TaskRef
from tui.domain.text import CELL_LIMIT, kept, plain
from tui.platforms.slurm.indexes import Indexes
from tui.platforms.slurm.reasons import ended_sentence, waiting_sentence
from tui.platforms.slurm.states import GONE, base_state, status_of
from tui.platforms.slurm.wire import Record, span_text

__all__ = ["PLATFORM", "Array", "array_task", "declared_size", "element_id", "gone", "task_of", "unexpanded"]

PLATFORM = "slurm"
_GPU = re.compile(r"gres/gpu(?::[^=,]+)?=(\d+)")
_ARRAY = re.compile(r"(?:--array[= ]|-a[= ]?)(\d[\d,:%-]*)")
_BY_SLURM = frozenset({"TIMEOUT", "CANCELLED", "PREEMPTED", "NODE_FAIL", "DEADLINE"})
"""Ends by Slurm itself: the signal is its own."""
_LAST = 0.1
"""The share of its time limit from which on the end is told."""
_S = TaskStatus


def _cell(text: str | None) -> str | None:
    return None if text is None else plain(text, CELL_LIMIT) or None


def element_id(record: Record) -> str:
    """The id of its task: `17`, `17_3`, `17+0`."""
    return record.id if record.array_id is None or record.index is None else f"{record.array_id}_{record.index}"


def gone(record: Record) -> Record:
    """The same job after it left the queue and nobody knows how it ended."""
    return replace(record, state=GONE, reason=None, exit=None, ended=None, started=record.started, left=None)


def _settings(record: Record) -> Mapping[str, str]:
    gpus = _GPU.search(record.tres or "")
    facts = {
        "partition": record.partition,
        "qos": record.qos,
        "node": record.node_list,
        "limit": None if record.limit is None else span_text(record.limit),
        "left": None if record.left is None or not _is_alive(record) else span_text(record.left),
        "cpus": None if record.cpus is None else str(record.cpus),
        "memory": record.memory_text,
        "nodes": None if record.nodes is None else str(record.nodes),
        "gpu": gpus[1] if gpus else None,
        "priority": record.priority,
    }
    return {name: plain(value, CELL_LIMIT) for name, value in facts.items() if value}


def _is_alive(record: Record) -> bool:
    return status_of(record.state) in {_S.RUNNING, _S.FINISHING}


def _reason(record: Record, status: TaskStatus) -> str | None:
    if status is _S.QUEUED:
        return waiting_sentence(record)
    if status is _S.UNKNOWN:
        return "it left the queue, and the cluster keeps no accounting: how it ended is not known"
    if _is_alive(record) and record.left is not None and record.limit and record.left < record.limit * _LAST:
        return f"Ends in {span_text(record.left)} by its time limit."
    return ended_sentence(record)


def _exit_code(record: Record, status: TaskStatus) -> int | None:
    """As a shell would say it; None for an end by Slurm itself and for what never ran."""
    if not status.is_final or record.exit is None or not record.ran:
        return None
    if record.exit.is_zero and status is not _S.DONE:
        return None
    by_signal = record.exit.signal or record.exit.code > 128  # the latter where the job's shell passed the signal on
    if base_state(record.state) in _BY_SLURM and by_signal:  # whether accounting tells it depends on who was quicker
        return None
    return record.exit.shell_code


def task_of(account: str, record: Record, fetched: datetime) -> Job:
    """A job, or an element of an array."""
    status = status_of(record.state)
    element = record.index is not None and record.array_id is not None
    ran = record.ran
    return Job(
        ref=TaskRef(account, element_id(record)),
        platform=PLATFORM,
        name=kept(record.name, CELL_LIMIT),
        kind=Kind.TASK,
        status=status,
        native_status=GONE if record.state == GONE else plain(base_state(record.state), CELL_LIMIT),
        reason=_cell(_reason(record, status)),
        project=_cell(record.account),
        created_by=_cell(record.user),
        created=record.submitted,
        started=record.started if ran else None,
        ended=record.ended if status.is_final else None,
        run_time=record.used if ran and record.used else None,
        parent=TaskRef(account, record.array_id) if element and record.array_id else None,
        index=record.index,
        key=str(record.index) if element else None,
        settings=_settings(record),
        host=_cell(record.node_list),
        exit_code=_exit_code(record, status),
        attempt=None if record.restarts is None else record.restarts + 1,
        command=_cell(record.submit_line),
        fetched=fetched,
    )


@dataclass(slots=True)
class Array:
    """What is known of one array: elements that have a record, ranges of those that wait, and how many there were."""

    id: str
    elements: dict[int, Record] = field(default_factory=dict)
    waiting: list[Record] = field(default_factory=list)
    """Each stands for a range of elements: waiting ones, or ones that were cancelled together before they began."""
    total: int = 0
    """The most that was ever told."""

    @property
    def any(self) -> Record:
        """A record that stands for all: name, partition and limits are the same."""
        return self.waiting[0] if self.waiting else next(iter(self.elements.values()))

    def records(self) -> Iterable[Record]:
        """All that is known, ranges unexpanded."""
        yield from self.waiting
        yield from self.elements.values()

    def count(self) -> Tally:
        """The elements by status; those that vanished were cancelled alone before they began."""
        counts = dict.fromkeys(TaskStatus, 0)
        for record in self.elements.values():
            counts[status_of(record.state)] += 1
        for record in self.waiting:
            counts[status_of(record.state)] += sum(index not in self.elements for index in record.waiting)
        held = sum(counts.values())
        declared = max((declared_size(r) for r in self.records()), default=0)
        self.total = max(self.total, held, declared)
        counts[_S.ABORTED] += self.total - held
        return Tally(**{status.value: number for status, number in counts.items()})

    def vanished(self) -> list[int]:
        """The indexes, as far as the submission names them, that no record stands for."""
        for record in self.records():
            if (line := record.submit_line) and (found := _ARRAY.search(line)):
                return [i for i in Indexes.parse(found[1]) if not self._holds(i)]
        return []

    def _holds(self, index: int) -> bool:
        return index in self.elements or any(index in r.waiting for r in self.waiting)


def declared_size(record: Record) -> int:
    """How many elements the submission named; 0 where it is not known."""
    found = _ARRAY.search(record.submit_line or "")
    return len(Indexes.parse(found[1])) if found else 0


def _status(counts: Tally) -> TaskStatus:
    """The status of an array: of what is open the furthest, else the worst."""
    for status in (_S.RUNNING, _S.FINISHING, _S.STARTING, _S.QUEUED, _S.FAILED, _S.ABORTED, _S.DONE):
        if counts[status]:
            return status
    return _S.UNKNOWN


def array_task(account: str, array: Array, fetched: datetime) -> Task:
    """The array as one row."""
    counts = array.count()
    status = _status(counts)
    records = list(array.records())
    telling = next((r for r in records if status_of(r.state) is status), array.any)
    starts = [r.started for r in records if r.ran and r.started]
    ends = [r.ended for r in records if r.ended and status_of(r.state).is_final]
    submitted = [r.submitted for r in records if r.submitted]
    settings = dict(_settings(telling))
    settings.pop("left", None)
    if array.waiting and (throttle := array.waiting[0].waiting.throttle):
        settings["throttle"] = str(throttle)
    return Task(
        ref=TaskRef(account, array.id),
        platform=PLATFORM,
        name=kept(telling.name, CELL_LIMIT),
        kind=Kind.BATCH,
        status=status,
        native_status=GONE if telling.state == GONE else plain(base_state(telling.state), CELL_LIMIT),
        reason=_cell(_array_reason(array, counts, status, telling)),
        project=_cell(telling.account),
        created_by=_cell(telling.user),
        created=min(submitted, default=None),
        started=min(starts, default=None),
        ended=max(ends, default=None) if status.is_final else None,
        progress=Progress.of(counts.finished, counts.total),
        counts=counts,
        settings=settings,
        fetched=fetched,
    )


def _array_reason(array: Array, counts: Tally, status: TaskStatus, telling: Record) -> str | None:
    if status is _S.QUEUED or (counts.queued and status is _S.RUNNING and array.waiting):
        waiting = next((r for r in array.waiting if status_of(r.state) is _S.QUEUED), None)
        if waiting is not None:
            return waiting_sentence(waiting)
    return None if status is not _S.UNKNOWN else _reason(telling, status)


def unexpanded(record: Record, index: int) -> Record:
    """One element of a record that stands for many."""
    own = Indexes(throttle=record.waiting.throttle)
    return replace(record, id=f"{record.array_id}_{index}", index=index, waiting=own)

"""What the Seven Bridges API sends, as documented (`api/sevenbridges.md`, section 5), read generously.

Unknown keys are ignored, missing and null are alike, numbers may be text. A part that has another shape than documented
is read as absent; only a row without id or status is unreadable. `generous.py` sees to that.
"""

from typing import Any

from pydantic import BaseModel, ConfigDict, TypeAdapter

from tui.platforms.sevenbridges.lenient import LenientReader

__all__ = [
    "BULK", "DETAILS", "DOWNLOAD", "FILE", "ITEMS", "LIST", "RATE", "TASK", "USER",
    "BatchGroup", "Download", "ErrorWire", "ExecutionDetails", "ExecutionStatus", "FileWire", "JobWire", "ListWire",
    "Number", "TaskWire",
]  # fmt: skip

Number = Any
"""A number, or a number as text, as old answers and parents send it; `reading.number` and `amount` look at it."""
Time = Any
"""A time as text; `reading.when` looks at it, so that one of another shape is known as such (R23)."""


class _Wire(BaseModel):
    model_config = ConfigDict(extra="ignore", defer_build=True, hide_input_in_errors=True, allow_inf_nan=False)


class ExecutionStatus(_Wire):
    """Section 5.3; durations in milliseconds."""

    message: str | None = None
    steps_completed: Number = None
    steps_total: Number = None
    queued: Number = None
    running: Number = None
    completed: Number = None
    failed: Number = None
    aborted: Number = None
    queued_duration: Number = None
    running_duration: Number = None
    execution_duration: Number = None
    duration: Number = None
    system_limit: bool | None = None
    account_limit: bool | None = None
    instance_init: bool | None = None


class PriceWire(_Wire):
    """Amount and parts are numbers or numeric text."""

    currency: str | None = None
    amount: Number = None
    breakdown: dict[str, Number] | None = None


class ErrorWire(_Wire):
    """Section 5.4."""

    type: str | None = None
    message: str | None = None
    input_id: str | None = None


class BatchBy(_Wire):
    """`ITEM` or `CRITERIA` with its criteria."""

    type: str | None = None
    criteria: list[str] | None = None


class BatchGroup(_Wire):
    """A child's own part of the batch; single tasks may carry an empty one (quirk 5)."""

    value: str | None = None
    fields: dict[str, Any] | None = None


class TaskWire(_Wire):
    """A task, from a list, a bulk answer or alone."""

    id: str
    status: str
    name: str | None = None
    description: str | None = None
    project: str | None = None
    app: str | None = None
    type: str | None = None
    created_by: str | None = None
    executed_by: str | None = None
    created_time: Time = None
    start_time: Time = None
    end_time: Time = None
    batch: bool | None = None
    parent: str | None = None
    origin_id: str | None = None
    batch_input: str | None = None
    batch_by: BatchBy | None = None
    batch_group: BatchGroup | None = None
    use_interruptible_instances: bool | None = None
    execution_settings: dict[str, Any] | None = None
    execution_status: ExecutionStatus | None = None
    price: PriceWire | None = None
    errors: list[ErrorWire] | None = None
    warnings: list[ErrorWire] | None = None
    inputs: dict[str, Any] | None = None
    outputs: dict[str, Any] | None = None
    output_location: dict[str, Any] | None = None


class ListWire(_Wire):
    """A page of tasks; a row that cannot be read is None."""

    items: list[TaskWire | None]
    links: list[dict[str, Any]] | None = None


class BulkError(_Wire):
    """Why one of many could not be had."""

    status: int | None = None
    code: int | None = None

    @property
    def gone(self) -> bool:
        """Not there, or no id at all (7004, 7005): it will not come back."""
        return self.status == 404 or self.code in {7002, 7004, 7005}


class BulkItem(_Wire):
    """One of the two keys carries a value; neither does where the task cannot be read."""

    resource: TaskWire | None = None
    error: BulkError | None = None


class BulkWire(_Wire):
    """One entry per id, in the order asked."""

    items: list[BulkItem | None]


class DiskWire(_Wire):
    """A job's disk."""

    size: Number = None
    unit: str | None = None
    type: str | None = None


class InstanceWire(_Wire):
    """The machine a job ran on."""

    id: str | None = None
    type: str | None = None
    provider: str | None = None
    disk: DiskWire | None = None


class JobWire(_Wire):
    """One step of a run (section 10)."""

    name: str | None = None
    status: str | None = None
    retried: bool | None = None
    start_time: str | None = None
    end_time: str | None = None
    command_line: str | None = None
    instance: InstanceWire | None = None
    logs: dict[str, str | None] | None = None


class ExecutionDetails(_Wire):
    """Jobs are absent for a parent and a draft."""

    status: str | None = None
    message: str | None = None
    jobs: list[JobWire | None] | None = None


class FileWire(_Wire):
    """A file on the platform."""

    id: str
    name: str | None = None
    size: Number = None


class FileItem(_Wire):
    """One of the two keys carries a value."""

    resource: FileWire | None = None
    error: BulkError | None = None


class FilesWire(_Wire):
    """One entry per id, in the order asked."""

    items: list[FileItem | None]


class AppWire(_Wire):
    """An app with its CWL."""

    id: str | None = None
    raw: dict[str, Any] | None = None


class Download(_Wire):
    """A pre-signed address."""

    url: str


class UserWire(_Wire):
    """Who we are."""

    username: str | None = None
    email: str | None = None


class ItemsWire(_Wire):
    """Any collection whose rows are shown as they are."""

    items: list[dict[str, Any]] = []


class Gauge(_Wire):
    """A quota; a limit of -1, or of the largest number of 64 bits, means none."""

    limit: Number = None
    remaining: Number = None


class RateWire(_Wire):
    """Requests and parallel instances."""

    rate: Gauge | None = None
    instance_limit: Gauge | None = None


TASK: LenientReader[TaskWire] = LenientReader(TypeAdapter(TaskWire), needs=("id", "status"))
LIST: LenientReader[ListWire] = LenientReader(TypeAdapter(ListWire), rows="items", needs=("id", "status"))
BULK: LenientReader[BulkWire] = LenientReader(
    TypeAdapter(BulkWire), rows="items", needs=("id", "status"), inside="resource"
)
DETAILS: LenientReader[ExecutionDetails] = LenientReader(TypeAdapter(ExecutionDetails), rows="jobs")
FILE = TypeAdapter(FileWire)
FILES_BULK = TypeAdapter(FilesWire)
APP = TypeAdapter(AppWire)
DOWNLOAD = TypeAdapter(Download)
USER = TypeAdapter(UserWire)
ITEMS = TypeAdapter(ItemsWire)
RATE: LenientReader[RateWire] = LenientReader(TypeAdapter(RateWire))

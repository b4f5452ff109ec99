"""What the Seven Bridges API sends, as documented (`api/sevenbridges.md`, section 5), read generously.

Unknown keys are ignored, missing and null are alike, numbers may be text. A part that has another shape than documented
is read as absent; only a row without id or status is unreadable.
"""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError, WrapValidator

__all__ = [
    "BULK", "DETAILS", "DOWNLOAD", "FILE", "ITEMS", "LIST", "RATE", "TASK", "USER",
    "BatchGroup", "Download", "ErrorWire", "ExecutionDetails", "ExecutionStatus", "FileWire", "JobWire", "ListWire",
    "Number", "TaskWire",
]  # fmt: skip

Number = int | float | str | None
"""A number, or a number as text, as old answers and parents send it."""


def _or_none(value: Any, handler: Any) -> Any:
    try:
        return handler(value)
    except ValidationError:
        return None


_LENIENT = WrapValidator(_or_none)


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
    breakdown: Annotated[dict[str, Number] | None, _LENIENT] = None


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
    created_time: str | None = None
    start_time: str | None = None
    end_time: str | None = None
    batch: bool | None = None
    parent: str | None = None
    origin_id: str | None = None
    batch_input: str | None = None
    batch_by: Annotated[BatchBy | None, _LENIENT] = None
    batch_group: Annotated[BatchGroup | None, _LENIENT] = None
    use_interruptible_instances: bool | None = None
    execution_settings: Annotated[dict[str, Any] | None, _LENIENT] = None
    execution_status: Annotated[ExecutionStatus | None, _LENIENT] = None
    price: Annotated[PriceWire | None, _LENIENT] = None
    errors: Annotated[list[ErrorWire] | None, _LENIENT] = None
    warnings: Annotated[list[ErrorWire] | None, _LENIENT] = None
    inputs: Annotated[dict[str, Any] | None, _LENIENT] = None
    outputs: Annotated[dict[str, Any] | None, _LENIENT] = None
    output_location: Annotated[dict[str, Any] | None, _LENIENT] = None


class ListWire(_Wire):
    """A page of tasks; a row that cannot be read is None."""

    items: list[Annotated[TaskWire | None, _LENIENT]]
    links: Annotated[list[dict[str, Any]] | None, _LENIENT] = None


class BulkError(_Wire):
    """Why one of many could not be had."""

    status: int | None = None
    code: int | None = None


class BulkItem(_Wire):
    """One of the two keys carries a value."""

    resource: Annotated[TaskWire | None, _LENIENT] = None
    error: Annotated[BulkError | None, _LENIENT] = None


class BulkWire(_Wire):
    """One entry per id, in the order asked."""

    items: list[BulkItem]


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
    disk: Annotated[DiskWire | None, _LENIENT] = None


class JobWire(_Wire):
    """One step of a run (section 10)."""

    name: str | None = None
    status: str | None = None
    retried: bool | None = None
    start_time: str | None = None
    end_time: str | None = None
    command_line: str | None = None
    instance: Annotated[InstanceWire | None, _LENIENT] = None
    logs: Annotated[dict[str, str | None] | None, _LENIENT] = None


class ExecutionDetails(_Wire):
    """Jobs are absent for a parent and a draft."""

    message: str | None = None
    jobs: list[Annotated[JobWire | None, _LENIENT]] | None = None


class FileWire(_Wire):
    """A file on the platform."""

    id: str
    name: str | None = None
    size: Number = None


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
    """A quota; a limit of -1 means none."""

    limit: int | None = None
    remaining: int | None = None
    reset: int | None = None


class RateWire(_Wire):
    """Requests and parallel instances."""

    rate: Annotated[Gauge | None, _LENIENT] = None
    instance_limit: Annotated[Gauge | None, _LENIENT] = None


TASK = TypeAdapter(TaskWire)
LIST = TypeAdapter(ListWire)
BULK = TypeAdapter(BulkWire)
DETAILS = TypeAdapter(ExecutionDetails)
FILE = TypeAdapter(FileWire)
DOWNLOAD = TypeAdapter(Download)
USER = TypeAdapter(UserWire)
ITEMS = TypeAdapter(ItemsWire)
RATE = TypeAdapter(RateWire)

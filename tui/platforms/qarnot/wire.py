"""What the Qarnot API sends, as documented (`api/qarnot.md`, sections 1, 3, 6 and 7), read generously.

Unknown keys are ignored, missing and null are alike (quirk Q1), a part that has another shape than documented is read
as absent; only a row without uuid or state is unreadable.
"""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, WrapValidator
from pydantic.alias_generators import to_camel

__all__ = [
    "CARBON", "CREATED", "CREDITS", "GROUP", "GROUPS", "GROUP_PAGE", "INFO", "TASK", "TASKS", "TASK_PAGE",
    "CompletedWire", "ConstantWire", "DependenciesWire", "ErrorWire", "GroupWire", "InfoWire", "Number", "QuotaWire",
    "RunningWire", "StatusWire", "TaskWire",
]  # fmt: skip

Number = int | float | str | None


def _or_none(value: Any, handler: Any) -> Any:
    try:
        return handler(value)
    except ValidationError:
        return None


_LENIENT = WrapValidator(_or_none)
Text = Annotated[str | None, _LENIENT]
Count = Any
"""A number, or one as text; `reading.count`, `number` and `span` look at it."""
Time = Any
"""A time or a timespan as text; `reading.when` and `timespan` look at it."""
Strings = Annotated[list[Annotated[str | None, _LENIENT]] | None, _LENIENT]
Flag = Annotated[bool | None, _LENIENT]
Object = Annotated[dict[str, Any] | None, _LENIENT]
Objects = Annotated[list[Object] | None, _LENIENT]


class _Wire(BaseModel):
    model_config = ConfigDict(
        extra="ignore", defer_build=True, hide_input_in_errors=True, allow_inf_nan=False, alias_generator=to_camel
    )


class ErrorWire(_Wire):
    """An entry of `errors`."""

    code: Text = None
    message: Text = None
    debug: Text = None


class ConstantWire(_Wire):
    """A constant or a constraint."""

    key: str
    value: Annotated[str | int | float | bool | None, _LENIENT] = None


class RunningWire(_Wire):
    """An instance on a node now (3.4): cpu in percent, memory as a ratio, network in kbps."""

    instance_id: int
    phase: Text = None
    cpu_usage: Count = None
    current_frequency: Count = Field(None, alias="currentFrequencyGHz")
    current_memory: Count = Field(None, alias="currentMemoryMB")
    max_memory: Count = Field(None, alias="maxMemoryMB")
    memory_usage: Count = None
    network_in_kbps: Count = None
    network_out_kbps: Count = None
    progress: Count = None
    execution_time_sec: Count = None
    specification_key: Text = None
    cpu_model: Text = None
    core_count: Count = None
    execution_attempt_count: Count = None
    active_forwards: Objects = None


class UsageWire(_Wire):
    """All running instances together, and each."""

    average_cpu_usage: Count = None
    average_memory_usage: Count = None
    total_network_in_kbps: Count = None
    total_network_out_kbps: Count = None
    per_running_instance_info: Annotated[list[Annotated[RunningWire | None, _LENIENT]] | None, _LENIENT] = None


class StatusWire(_Wire):
    """The status block (3.3); `failedRange` includes the cancelled instances."""

    last_update_timestamp: Text = None
    download_progress: Count = None
    execution_progress: Count = None
    upload_progress: Count = None
    download_time: Text = None
    environment_time: Text = None
    execution_time: Time = None
    upload_time: Text = None
    wall_time: Time = None
    succeeded_range: Text = None
    failed_range: Text = None
    failed_only_range: Text = None
    cancelled_range: Text = None
    started_once_range: Text = None
    execution_time_by_cpu_model: Objects = None
    execution_time_by_machine_specification: Objects = None
    execution_time_by_instance_id: Objects = None
    running_instances_info: Annotated[UsageWire | None, _LENIENT] = None


class CompletedWire(_Wire):
    """An instance that has ended (3.5)."""

    instance_id: int
    state: Text = None
    wall_time_sec: Count = None
    exec_time_sec: Count = None
    peak_memory: Count = Field(None, alias="peakMemoryMB")
    error: Any = None
    results: Strings = None
    specification_key: Text = None
    cpu_model: Text = None
    core_count: Count = None
    execution_attempt_count: Count = None


class DependenciesWire(_Wire):
    """What a task waits for (3.6)."""

    depends_on: Strings = None
    advanced_depends_on: Objects = None
    state: Text = None


class RetryWire(_Wire):
    """How often the platform itself tries again."""

    max_total_retries: Count = None
    max_per_instance_retries: Count = None


class TaskWire(_Wire):
    """A summary (3.1), or a whole task (3.2): what a summary lacks is None there."""

    uuid: str
    state: str
    name: Text = None
    shortname: Text = None
    profile: Text = None
    pool_uuid: Text = None
    job_uuid: Text = None
    project_uuid: Text = None
    progress: Count = None
    running_instance_count: Count = None
    running_core_count: Count = None
    execution_time: Time = None
    wall_time: Time = None
    previous_state: Text = None
    total_instance_count: Count = None
    instance_count: Count = None
    advanced_ranges: Text = None
    max_retries_per_instance: Count = None
    state_transition_time: Time = None
    previous_state_transition_time: Time = None
    last_modified: Time = None
    creation_date: Time = None
    end_date: Time = None
    # from here on only in a whole task
    errors: Annotated[list[Annotated[ErrorWire | None, _LENIENT]] | None, _LENIENT] = None
    completed_instances: Annotated[list[Annotated[CompletedWire | None, _LENIENT]] | None, _LENIENT] = None
    status: Annotated[StatusWire | None, _LENIENT] = None
    constants: Annotated[list[Annotated[ConstantWire | None, _LENIENT]] | None, _LENIENT] = None
    constraints: Annotated[list[Annotated[ConstantWire | None, _LENIENT]] | None, _LENIENT] = None
    hardware_constraints: Objects = None
    tags: Strings = None
    labels: Object = None
    dependencies: Annotated[DependenciesWire | None, _LENIENT] = None
    retry_settings: Annotated[RetryWire | None, _LENIENT] = None
    scheduling_type: Text = None
    targeted_reservation_name: Text = None
    targeted_reserved_machine_key: Text = None
    resource_buckets: Strings = None
    advanced_resource_buckets: Objects = None
    result_bucket: Text = None
    results_bucket: Text = None
    results_bucket_prefix: Text = None
    results_count: Count = None
    results_whitelist: Text = None
    results_blacklist: Text = None
    snapshot_interval: Count = None
    max_time_queue_seconds: Count = None
    completion_time_to_live: Text = None
    auto_delete_on_completion: Flag = None
    upload_results_on_cancellation: Flag = None
    privileges: Object = None


class GroupWire(_Wire):
    """A Qarnot job (section 6) or pool (section 7)."""

    uuid: str
    state: str
    name: Text = None
    profile: Text = None
    pool_uuid: Text = None
    project_uuid: Text = None
    previous_state: Text = None
    state_transition_time: Time = None
    previous_state_transition_time: Time = None
    creation_date: Time = None
    last_modified: Time = None
    end_date: Time = None
    tags: Strings = None
    errors: Annotated[list[Annotated[ErrorWire | None, _LENIENT]] | None, _LENIENT] = None
    # a job's
    use_dependencies: Flag = None
    max_wall_time: Time = None
    # a pool's
    instance_count: Count = None
    running_instance_count: Count = None
    running_core_count: Count = None
    queued_or_running_task_instances_count: Count = None
    execution_time: Time = None
    wall_time: Time = None
    total_slot_capacity: Count = None
    pool_usage: Count = None
    scaling: Object = None
    elastic_property: Object = None
    constants: Annotated[list[Annotated[ConstantWire | None, _LENIENT]] | None, _LENIENT] = None
    scheduling_type: Text = None
    labels: Object = None
    resource_buckets: Strings = None
    status: Annotated[StatusWire | None, _LENIENT] = None
    """The same block as of a task; its running instances are the pool's nodes."""


class PageWire(_Wire):
    """A page of tasks (8.2); a row that cannot be read is None."""

    data: list[Annotated[TaskWire | None, _LENIENT]]
    total: Count = None
    is_truncated: Flag = None
    next_token: Text = None


class GroupPageWire(_Wire):
    """A page of jobs or pools."""

    data: list[Annotated[GroupWire | None, _LENIENT]]
    total: Count = None
    is_truncated: Flag = None
    next_token: Text = None


class CreatedWire(_Wire):
    """What a new task answers."""

    uuid: str


class LeafWire(_Wire):
    """One scheduling plan's quota. The specification says `runningCoreCount`, the official clients read
    `runningCoresCount`."""

    reservation_name: Text = None
    machine_key: Text = None
    max_instances: Count = None
    max_cores: Count = None
    running_instances_count: Count = None
    running_instance_count: Count = None
    running_cores_count: Count = None
    running_core_count: Count = None


class QuotaWire(_Wire):
    """The plans of a user or an organization."""

    name: Text = None
    flex: Annotated[LeafWire | None, _LENIENT] = None
    on_demand: Annotated[LeafWire | None, _LENIENT] = None
    reserved: Annotated[list[Annotated[LeafWire | None, _LENIENT]] | None, _LENIENT] = None


class QuotasWire(_Wire):
    """Both levels."""

    user: Annotated[QuotaWire | None, _LENIENT] = None
    organization: Annotated[QuotaWire | None, _LENIENT] = None


class InfoWire(_Wire):
    """The account (1.6)."""

    email: Text = None
    max_task: Count = None
    task_count: Count = None
    max_running_task: Count = None
    running_task_count: Count = None
    max_job: Count = None
    job_count: Count = None
    max_pool: Count = None
    pool_count: Count = None
    max_running_pool: Count = None
    running_pool_count: Count = None
    max_instances: Count = None
    running_instance_count: Count = None
    max_cores: Count = None
    running_core_count: Count = None
    max_bucket: Count = None
    bucket_count: Count = None
    quota_bytes_bucket: Count = None
    used_quota_bytes_bucket: Count = None
    default_scheduling: Text = None
    # the plans as older answers have them, flat and without what runs in each
    max_flex_instances: Count = None
    max_flex_cores: Count = None
    max_on_demand_instances: Count = None
    max_on_demand_cores: Count = None
    reserved_quotas: Annotated[list[Annotated[LeafWire | None, _LENIENT]] | None, _LENIENT] = None
    computing_quotas: Annotated[QuotasWire | None, _LENIENT] = None
    projects: Objects = None


class CreditsWire(_Wire):
    """Euros, left or consumed."""

    credits: Number = None


TASK = TypeAdapter(TaskWire)
TASKS = TypeAdapter(list[Annotated[TaskWire | None, _LENIENT]])
TASK_PAGE = TypeAdapter(PageWire)
GROUP = TypeAdapter(GroupWire)
GROUPS = TypeAdapter(list[Annotated[GroupWire | None, _LENIENT]])
GROUP_PAGE = TypeAdapter(GroupPageWire)
CREATED = TypeAdapter(CreatedWire)
INFO = TypeAdapter(InfoWire)
CREDITS = TypeAdapter(CreditsWire)
CARBON = TypeAdapter(dict[str, Any])

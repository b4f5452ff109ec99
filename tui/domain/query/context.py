"""What a filter needs to know besides the task."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING

from tui.domain.task import Task, TaskRef

if TYPE_CHECKING:
    from tui.domain.query.fields import Field
    from tui.domain.query.nodes import Node

__all__ = ["Context"]


def _nothing(task: Task) -> str | None:
    return None


def _never(task: Task) -> bool:
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The moment, the user, and what only the program knows of tasks."""

    now: datetime
    zone: tzinfo = UTC
    """The display zone: `today` and clock times are meant in it."""
    me: Mapping[str, str] = field(default_factory=dict)
    """The user's name per account."""
    new: Collection[TaskRef] = ()
    acked: Collection[TaskRef] = ()
    marked: Collection[TaskRef] = ()
    stale: Collection[str] = ()
    """Accounts whose data is stale."""
    views: Mapping[str, "Node"] = field(default_factory=dict)
    """Saved filters by name."""
    extra: Mapping[str, "Field"] = field(default_factory=dict)
    """Computed columns by name: they sort and filter like fields."""
    projects: Mapping[str, str] = field(default_factory=dict)
    """Names of projects that tasks know by id only (Qarnot): a project is found by either."""
    since: datetime | None = None
    """The look before this one: what changed later is new; None where only `new` says so."""
    acknowledged: Callable[[Task], bool] = _never
    """Whether the reason of a failed task was acknowledged."""
    signature: Callable[[Task], str | None] = _nothing
    error_class: Callable[[Task], str | None] = _nothing

    def project(self, task: Task) -> str | None:
        """The project's name where it is known, else its id."""
        return self.projects.get(task.project, task.project) if task.project is not None else None

    def is_new(self, task: Task) -> bool:
        """It changed since the look before this one, or failed before the user's eyes."""
        return task.ref in self.new or (
            self.since is not None and (changed := task.updated) is not None and changed > self.since
        )

    def is_acked(self, task: Task) -> bool:
        """It failed for a reason that was acknowledged."""
        return task.ref in self.acked or self.acknowledged(task)

    def is_mine(self, task: Task) -> bool:
        """Created by the account's own user; where that is not known, everything is."""
        me = self.me.get(task.ref.account)
        return me is None or task.created_by is None or task.created_by == me

"""What a filter asks of the platforms themselves, where a list is too long to be here whole."""

from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta

from tui.domain.account import Budget
from tui.domain.query.server import Served
from tui.domain.task import Task
from tui.platforms.protocols import CanFilter, Platform, PushDown

__all__ = ["NOTHING", "Search", "covers", "lets", "pushed"]

NOTHING = PushDown()
_SECOND = timedelta(seconds=1)


def pushed(found: Served) -> PushDown:
    """What a server may leave out. It cuts times to whole seconds, so the later ends get one more."""
    ends = {name: time + _SECOND for name in ("created_to", "ended_to") if (time := getattr(found, name))}
    return replace(
        PushDown(project=found.project, status=found.status, tags=(found.tag,) if found.tag else ()),
        created_from=found.created_from, ended_from=found.ended_from, **ends,
    )  # fmt: skip


def lets(push: PushDown, task: Task) -> bool:
    """Whether the server would let this task through."""
    return (
        push.status in {None, task.status}
        and push.project in {None, task.project}
        and (not push.tags or any(tag in task.tags for tag in push.tags))
        and _within(task.created, push.created_from, push.created_to)
        and _within(task.ended, push.ended_from, push.ended_to)
    )


def _within(at: datetime | None, low: datetime | None, high: datetime | None) -> bool:
    if low is None and high is None:
        return True
    return at is not None and (low is None or at >= low) and (high is None or at <= high)


def covers(sent: PushDown, asked: PushDown) -> bool:
    """Whether all that `asked` lets through is let through by `sent`, too: it asks the same, or less."""
    parts = ((getattr(sent, field.name), getattr(asked, field.name)) for field in fields(PushDown))
    return all(not one or one == other for one, other in parts)


@dataclass(slots=True)
class Search:
    """One account's search: asked once, gone on with while the budget allows, and asked anew with the whole list."""

    wanted: PushDown = NOTHING
    first: int = 0
    """The row it began with: behind what was here already, where that is not known to leave a gap."""
    held: int = 0
    """The row it goes on with."""
    begun: bool = False
    done: bool = False

    def want(self, push: PushDown) -> bool:
        """Look for something else; whether it is anything new."""
        if push == self.wanted:
            return False
        self.wanted = push
        self.again()
        return push != NOTHING

    def again(self) -> None:
        """From the start."""
        self.first, self.held, self.begun, self.done = 0, 0, False, False

    def begin(self, here: int) -> None:
        """The first page that is asked for lies behind the rows that are here: a load goes newest first, too."""
        if not self.begun:
            self.first = self.held = here
        self.begun = True

    def read(self, rows: int, *, ended: bool, here: int, total: int | None) -> None:
        """Rows came; where the end is reached and something is still missing, it is read from the start.

        Args:
            rows: How many.
            ended: There are no more.
            here: Rows of the whole list that it lets through, as they are here now.
            total: How many there are, where the platform says so.
        """
        self.held += rows
        if ended and self.first and (total is None or here < total):
            self.first = self.held = 0
        else:
            self.done = ended

    def due(self, budget: Budget | None) -> bool:
        """Whether there is something to ask now: the first page at once, the others from half of the budget."""
        if self.wanted == NOTHING or self.done:
            return False
        return not self.begun or budget is None or budget.remaining > budget.limit // 2

    def sent(self, platform: Platform) -> PushDown:
        """What of it this platform takes."""
        return platform.takes(self.wanted) if isinstance(platform, CanFilter) else NOTHING

"""The good task that another is compared with: one choice for previews, panes and the diff."""

from tui.domain.diff import last_good, nearest_good, same_step
from tui.domain.task import Task, TaskRef
from tui.store.deck import Deck
from tui.store.snapshot import Snapshot

__all__ = ["good_for", "good_step"]


def good_for(task: Task, snapshot: Snapshot) -> Task | None:
    """The nearest good sibling in its batch, else the last success of the same app on its account, as far as the lists
    know one."""
    batch = task.parent or (task.ref.task if task.ref.job is not None else None)
    children = snapshot.children.get(batch) if batch is not None else None
    good = nearest_good(task, children.tasks.values()) if children is not None else None
    if good is None and (feed := snapshot.feeds.get(task.ref.account)) is not None:
        good = last_good(task, feed.tasks.values())
    return good


async def good_step(deck: Deck, job: Task, snapshot: Snapshot) -> TaskRef | None:
    """The same step of the last good run of the job's task, as far as the lists know one; without such a run another
    piece of the step in the same task.

    Raises:
        PlatformError: The jobs of one of the two cannot be read.
    """
    task = snapshot.task(job.ref.task) or await deck.task(job.ref.task)
    run = good_for(task, snapshot)
    good = same_step(job, await deck.jobs(run.ref)) if run is not None else None
    if good is None:
        good = same_step(job, await deck.jobs(job.ref.task))
    return good.ref if good is not None else None

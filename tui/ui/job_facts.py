"""What is known of a job: itself, those it is compared with, its other tries; and what the screen says of it."""

from datetime import datetime

from textual.content import Content

from tui.domain.diff import nearest_good
from tui.domain.exitcode import exit_text
from tui.domain.log import LogIndex
from tui.domain.task import Job, Task, TaskRef
from tui.store.deck import Deck
from tui.store.snapshot import Snapshot
from tui.ui.present.format import at_text, cost_text, queued_text, ran_text, status_text, time_text
from tui.ui.present.head import Head
from tui.ui.present.job import attempt_count, attempts_of, side_lines
from tui.ui.present.peers import Siblings, same_work
from tui.ui.present.text import cut
from tui.ui.present.zone import letters_of

__all__ = ["JobFacts"]


class JobFacts:
    """Of one job, or of a task that has a log of its own."""

    def __init__(self, deck: Deck) -> None:
        self.job: Task | None = None
        self.family: tuple[Task, ...] = ()
        """The jobs of its task, or the children of its batch."""
        self._deck = deck

    @property
    def attempts(self) -> tuple[Job, ...]:
        """All tries of this job."""
        return attempts_of(self.job, self.family) if self.job is not None else ()

    def turn_to(self, ref: TaskRef) -> None:
        """Another job of the same family."""
        self.job = next((job for job in self.family if job.ref == ref), None)

    async def ask(self, ref: TaskRef, snapshot: Snapshot) -> tuple[Task, tuple[Task, ...]]:
        """The job as it is now, and those it is compared with: from the open batch where it is a child of one.

        Raises:
            PlatformError: It cannot be read.
        """
        children = snapshot.children.get(ref.task)
        if children is not None and (held := children.tasks.get(str(ref))) is not None:
            page = await self._deck.child_details([ref]) if not held.status.is_final else None
            return (page.tasks[0] if page and page.tasks else held), tuple(children.tasks.values())
        if ref.job is None:
            task = await self._deck.task(ref)
            batch = snapshot.children.get(task.parent) if task.parent else None
            return task, tuple(batch.tasks.values()) if batch else ()
        jobs = await self._deck.jobs(ref)
        found = next((job for job in jobs if job.ref == ref), None)
        return found or await self._deck.task(ref), jobs

    @property
    def good(self) -> Task | None:
        """The good sibling in its batch that is most like it; a step of a plain task has none."""
        job = self.job
        return nearest_good(job, self.family) if job is not None and job.index is not None else None

    # --- words ---------------------------------------------------------------------------------------------------

    def header(self, job: Task, now: datetime, *, wide: bool) -> Head:
        """Name, status, exit, host, attempt; times, money, reason."""
        code, host = (job.exit_code, job.host) if isinstance(job, Job) else (None, None)
        state = " ".join(t for t in (status_text(job, now), exit_text(code)) if t)
        tries = attempt_count(self.attempts)
        facts = (
            job.ref.account,
            f"host {host}" if host else job.instance,
            f"attempt {job.attempt} of {tries}" if isinstance(job, Job) and job.attempt and tries else None,
        )
        below = (
            f"start {at_text(job, 'started', now)}" if wide else None,
            f"end {time_text(job.ended, now)} {letters_of(job.ended)}" if wide and job.ended else None,
            f"run {ran_text(job, now)}",
            f"queued {queued_text(job, now)}",
            cost_text(job),
            job.reason,
            job.app,
        )
        index = f"job {job.index}  " if job.index is not None and job.ref.job else ""
        title = f"{index}{job.key or job.name}" if index else "  ".join(t for t in (job.name, job.key) if t)
        return Head(title, state, job.status, facts, below)

    def ended(self, job: Task, now: datetime) -> str:
        """What stands below the last line of its log."""
        code = exit_text(job.exit_code) if isinstance(job, Job) else ""
        ended = f" {time_text(job.ended, now)}" if job.ended else ""
        return f"end of log: {job.status.value}{ended} {code}"

    def side(self, job: Task, logs: LogIndex, now: datetime, width: int) -> Content:
        """What stands beside the log: how it compares, its tries, its logs, what to do."""
        peers = same_work(job, self.family)
        good = nearest_good(job, peers) if job.status.is_bad else None
        siblings = Siblings.of(job, peers, now)
        said = side_lines(job, siblings, good, self.attempts, logs, _advice(job, peers), now, width)
        return Content("\n").join(Content.styled(cut(text, width), style) for text, style in said)


def _advice(job: Task, peers: list[Task]) -> list[str]:
    if not job.status.is_bad:
        return []
    alike = sum(p.status is job.status and p.reason == job.reason and p.ref != job.ref for p in peers)
    lines = [f"{alike} more ended the same way  (E shows)"] if alike else ["no other ended this way"]
    return [*(lines if len(peers) > 1 else []), "x opens the actions, with a dry run"]

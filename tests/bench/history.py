"""A million events in the history: `python -m tests.bench.history` prints the file's size and what reading it takes."""

import tempfile
import time
from datetime import timedelta
from pathlib import Path

from tests.domain.samples import NOW, make
from tui.domain.digest import digest
from tui.domain.status import TaskStatus
from tui.settings.rules import failure_rules
from tui.store.history.database import History

TASKS, EACH = 200_000, 5
"""Tasks, and statuses seen of each."""
_STEPS = (TaskStatus.QUEUED, TaskStatus.STARTING, TaskStatus.RUNNING, TaskStatus.FINISHING, TaskStatus.DONE)


def main() -> None:
    """Write them over a year, then read one day as `digest` does."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "history.db"
        with History(path, largest=1 << 30) as history:
            begun = time.perf_counter()
            for step, status in enumerate(_STEPS):
                for start in range(0, TASKS, 2000):
                    history.note(
                        make(
                            f"eb44dce5-8f0c-4b5b-a3a5-{n:012}", name=f"rna-seq sample {n}", project="lab/rna-seq",
                            app="lab/rna-seq/star/3", status=status, created=NOW - timedelta(minutes=2.6 * n),
                            started=NOW - timedelta(minutes=2.6 * n - 1), ended=NOW - timedelta(minutes=2.6 * n - 2),
                            fetched=NOW - timedelta(minutes=2.6 * n - step),
                        )
                        for n in range(start, start + 2000)
                    )  # fmt: skip
            history.task(make().ref)
            wrote = time.perf_counter() - begun
            begun = time.perf_counter()
            tasks = history.tasks(["cgc"], NOW - timedelta(days=1))
            found = digest(tasks, timedelta(days=1), NOW, failure_rules())
            took = time.perf_counter() - begun
            events = sum(len(history.events(task.ref)) for task in tasks[:100])
        print(
            f"{TASKS * EACH:,} events of {TASKS:,} tasks: {path.stat().st_size / 1e6:.0f} MB, written in {wrote:.0f} s;"
            f" a digest of one day ({found.counts[0].count:,} finished) in {took * 1000:.0f} ms;"
            f" {events} events of 100 tasks read"
        )


if __name__ == "__main__":
    main()

"""`logs --to`: the logs of many tasks as files, one a job and stream."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from tui.cli.exit_codes import Exit, exit_of, words_of, worst
from tui.cli.filters import Filter
from tui.cli.output import say
from tui.cli.progress import progress
from tui.cli.saving import Wanted, save_all
from tui.cli.tasks import matching
from tui.cli.wiring import Session
from tui.domain.errors import TuiError
from tui.domain.log import LogIndex, LogSource, Stream
from tui.domain.status import TaskStatus
from tui.domain.task import Kind, TaskRef
from tui.store.deck import Deck

__all__ = ["save_logs"]


async def save_logs(
    session: Session, refs: Sequence[str], query: str | None, target: Path, *, stderr: bool, name: str | None,
    replace: bool,
) -> int:  # fmt: skip
    """Write the logs of the tasks below `target`; of a batch those of its failed children. What is there is kept, what
    was begun goes on."""
    settings = session.settings()
    wanted = None if query is None else Filter.read((), query, settings.accounts)
    async with session.deck(settings) as deck:
        targets, code = list(dict.fromkeys(deck.resolve(ref) for ref in refs)), Exit.FINE
        if wanted is not None:
            found, code = await matching(session, deck, settings, wanted)
            targets = list(dict.fromkeys([*targets, *(task.ref for task in found)]))
            if not found and code is Exit.FINE:
                say("no task matches the filter")
        files: list[Wanted] = []
        codes, looked = [code], 0
        async with progress(lambda: f"logs of {looked:,} of {len(targets):,} tasks found"):
            for ref in targets:
                try:
                    files += await _files(deck, ref, stderr=stderr, name=name)
                except TuiError as error:
                    say(words_of(error))
                    codes.append(exit_of(error))
                looked += 1
        return worst([*codes, await save_all(files, target, replace=replace)])


async def _files(deck: Deck, ref: TaskRef, *, stderr: bool, name: str | None) -> list[Wanted]:
    """The logs of one task; where it has none of its own, those of its failed children."""
    index = await deck.logs(ref)
    if not index.sources and ref.job is None and (await deck.task(ref)).kind is Kind.BATCH:
        children = [c.ref async for page in deck.children(ref) for c in page.tasks if c.status is TaskStatus.FAILED]
        inside = [await deck.logs(child) for child in children]
        pairs = zip(children, inside, strict=True)
        return [file for child, logs in pairs for file in _of(deck, child, logs, stderr, name)]
    if not (files := _of(deck, ref, index, stderr, name)):
        say(f"{ref}: {index.why_none or 'no log of this kind'}")
    return files


def _of(deck: Deck, ref: TaskRef, index: LogIndex, stderr: bool, name: str | None) -> list[Wanted]:
    """What is wanted of an index."""
    folder = f"{ref.account}-{ref.id}"
    return [
        Wanted(folder, _name(one, ref), f"{one.ref} {one.key}", one.size, partial(deck.read_log, one))
        for one in index.sources
        if _chosen(one, stderr=stderr, name=name)
    ]


def _chosen(source: LogSource, *, stderr: bool, name: str | None) -> bool:
    if name is not None:
        return source.name == name
    return source.stream is Stream.STDERR if stderr else source.stream is not Stream.RECORD


def _name(source: LogSource, task: TaskRef) -> str:
    """`JOB.NAME`, or the name alone of what the task itself wrote."""
    inside = source.ref.job if source.ref != task or task.job else None
    return f"{inside}.{source.name}" if inside else source.name

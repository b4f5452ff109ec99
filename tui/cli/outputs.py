"""`outputs`: what a task produced, listed with sizes, or written to files."""

import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from tui.cli.exit_codes import Exit
from tui.cli.output import say, write_json
from tui.cli.saving import Wanted, bytes_text, save_all
from tui.cli.wiring import Session
from tui.domain.errors import UsageError
from tui.domain.files import OutputFile
from tui.domain.text import plain
from tui.platforms.protocols import HasOutputs

__all__ = ["outputs"]


async def outputs(
    session: Session, ref: str, target: Path | None, names: Sequence[str], *, as_json: bool, replace: bool
) -> int:
    """List the output files of a task, or write them below `target`; `names` chooses some.

    Raises:
        UsageError: None has one of the names.
    """
    async with session.deck(session.settings()) as deck:
        task = deck.resolve(ref)
        platform = await deck.platform(task.account)
        if not isinstance(platform, HasOutputs):
            await deck.task(task)
            say(f"{task}: output files of {platform.platform} cannot be read yet; nothing was written")
            return Exit.REFUSED
        index = await platform.outputs(task)
        if index.note:
            say(f"{task}: {index.note}")
        if not index.files:
            say(f"{task}: {index.why_none or 'it has no output files'}")
        files = _chosen(index.files, names)
        if target is None:
            _list(files, as_json=as_json)
            return Exit.FINE
        wanted = [
            Wanted(file.port, file.name, f"{task} {file.key}", file.size, partial(platform.read_output, file))
            for file in files
        ]
        return await save_all(wanted, target, replace=replace, as_json=as_json)


def _chosen(files: Sequence[OutputFile], names: Sequence[str]) -> list[OutputFile]:
    for name in names:
        if all(name not in {file.name, file.port} for file in files):
            raise UsageError(f"no output is called {name}; there are {', '.join(f.name for f in files[:20]) or 'none'}")
    return [file for file in files if not names or {file.name, file.port} & set(names)]


def _list(files: Sequence[OutputFile], *, as_json: bool) -> None:
    """One object or one line `SIZE PORT NAME` a file; on a terminal the size in words and the sum at the end."""
    if as_json:
        write_json([{"port": f.port, "name": f.name, "size": f.size, "id": f.key} for f in files], sys.stdout)
        return
    terminal = sys.stdout.isatty()
    for file in files:
        size = "-" if file.size is None else bytes_text(file.size) if terminal else str(file.size)
        sys.stdout.write("\t".join((size, plain(file.port, 200), plain(file.name, 1000))) + "\n")
    if terminal and files:
        say(f"{len(files):,} files, {bytes_text(sum(file.size or 0 for file in files))}; --to DIR writes them there")

"""From words to an exit code. Nothing heavy is imported here: each command imports what it needs."""

import errno
import io
import os
import sys
from collections.abc import Sequence
from typing import Any

import click

from tui.cli import fault_report
from tui.cli.argv import COMMANDS, FILTERED, LATER, Words, positive, removals, split
from tui.cli.commands import INTERFACE, tree
from tui.cli.event_loop import let_threads_take_turns, no_core_dumps, spare_the_collector
from tui.cli.exit_codes import Exit, exit_of, words_of
from tui.cli.logfile import open_log
from tui.cli.output import drop_stdout, say
from tui.domain.errors import TuiError, UsageError

__all__ = ["main", "run"]

_ABOUT = frozenset({"-h", "--help", "--version"})
"""What asks about the program itself where there is no command."""
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})
"""What a write to a full disk or a lost terminal ends with; our own files name themselves or do without."""
_COMPLETE = "_TASKDECK_COMPLETE"
"""The variable by which a shell asks for completions; the script of `taskdeck completion` sets it."""


def run() -> None:
    """The entry point of `taskdeck` and `python -m tui`."""
    spare_the_collector()
    let_threads_take_turns()
    no_core_dumps()
    closed = sys.stdout is None
    _streams()
    fault_report.note_strays()
    if instruction := os.environ.get(_COMPLETE):
        from tui.cli.completion import answer

        raise SystemExit(answer(tree, instruction, _COMPLETE))
    if closed:
        say("standard output is closed; the answer would go nowhere")
        raise SystemExit(Exit.USAGE)
    open_log()
    code = main(sys.argv[1:], ends_process=True)
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        drop_stdout()
    except OSError as error:
        code = _unwritable(error)
    raise SystemExit(code)


def _streams() -> None:
    """Streams that take any text: a closed one leads nowhere, a narrow encoding gets question marks."""
    if sys.stdin is None:
        sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: PTH123, SIM115
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def main(words: Sequence[str], *, ends_process: bool = False, **session: Any) -> int:
    """One run from its words to its exit code; every expected failure is one line on stderr.

    `session` are fields of `Session` that a test sets.
    """
    try:
        found = split(words)
        if (topic := _topic(found)) is not None:
            sys.stdout.write(topic)
            return Exit.FINE
        arguments = _arguments(found)
        # Not `tree.main`: it ends the process with status 1 when a reader closes the pipe.
        with tree.make_context("taskdeck", arguments, obj={"ends_process": ends_process, **session}) as ctx:
            result = tree.invoke(ctx)
        return result if isinstance(result, int) else Exit.FINE
    except click.exceptions.Exit as error:
        return error.exit_code
    except click.ClickException as error:
        say(_usage(error))
        return Exit.USAGE
    except TuiError as error:
        say(words_of(error))
        return exit_of(error)
    except (KeyboardInterrupt, click.Abort):
        return Exit.INTERRUPT
    except BrokenPipeError:
        # Whoever read us has seen enough.
        drop_stdout()
        return Exit.FINE
    except Exception as error:  # an internal error, told without a traceback (R9)
        if isinstance(error, OSError) and error.filename is None and error.errno in _FULL:
            return _unwritable(error)
        fault_report.report(error)
        return Exit.FAULT


def _arguments(words: Words) -> list[str]:
    """What click gets to read: the common options first, and always a command.

    Raises:
        UsageError: The first word is a slip, or a command that is not there yet.
    """
    if words.meant is not None:
        word = words.rest[0]
        raise UsageError(
            f"{word} is not a command; did you mean {words.meant}? To filter by that word: taskdeck -- {word}"
        )
    if words.command in LATER:
        raise UsageError(f"{words.command}: planned, not implemented yet")
    rest = positive(words.rest) if words.command in FILTERED else list(words.rest)
    if words.command == "tag":
        rest = removals(rest)
    if words.command is None:
        options = rest[: rest.index("--")] if "--" in rest else rest
        if asked := [word for word in options if word in _ABOUT]:
            return [*words.common, asked[0]]
        if about := _about(rest):
            return [*words.common, *about]
    return [*words.common, words.command or INTERFACE, *rest]


def _topic(words: Words) -> str | None:
    """The text of `help TOPIC`, behind the help of the command where one has that name; None for any other words.

    Raises:
        UsageError: There is neither a command nor a topic of this name.
    """
    if words.command is not None or len(words.rest) != 2 or words.rest[0] != "help":
        return None
    from tui.help import TOPICS, read  # here: only this needs the texts

    asked = words.rest[1]
    if asked in TOPICS:
        return f"{_command_help(asked)}\n\n{read(asked)}" if asked in COMMANDS else read(asked)
    if asked in COMMANDS:
        return None
    raise UsageError(f"there is no help on {asked!r}; the topics are {', '.join(TOPICS)}, and every command")


def _command_help(name: str) -> str:
    """What `taskdeck NAME --help` prints."""
    with (
        tree.make_context("taskdeck", [name], resilient_parsing=True) as ctx,
        tree.commands[name].make_context(name, [], parent=ctx, resilient_parsing=True) as own,
    ):
        return own.get_help()


def _about(words: Sequence[str]) -> list[str]:
    """`help`, `help COMMAND` and `version`, as other programs accept them; after `--` they are a filter."""
    match words:
        case ["help"]:
            return ["--help"]
        case ["help", command] if command in COMMANDS:
            return [command, "--help"]
        case ["version"]:
            return ["--version"]
    return []


def _usage(error: click.ClickException) -> str:
    """Click's sentence, and where the command is explained."""
    ctx = error.ctx if isinstance(error, click.UsageError) else None
    path = "taskdeck" if ctx is None else ctx.command_path.removesuffix(f" {INTERFACE}")
    return f"{error.format_message().replace(os.linesep, ' ')} (see {path} --help)"


def _unwritable(error: OSError) -> Exit:
    say(f"standard output cannot be written: {error.strerror}")
    drop_stdout()
    return Exit.USAGE

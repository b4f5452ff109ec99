"""The command tree. Nothing heavy is imported here: each command imports what it needs."""

import os
import sys
from collections.abc import Callable, Coroutine, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import click

from tui import __version__
from tui.cli import crash
from tui.cli.exits import Exit, exit_of
from tui.cli.grammar import LATER, split
from tui.cli.output import FORMATS, say
from tui.cli.running import no_core_dumps
from tui.cli.wiring import Session
from tui.domain.errors import TuiError, UsageError
from tui.settings import duration

__all__ = ["main", "run"]

Command = TypeVar("Command", bound=Callable[..., Any])
_INTERFACE = "interface"
"""The hidden command that stands for none."""


def run() -> None:
    """The entry point of `taskdeck` and `python -m tui`."""
    no_core_dumps()
    code = main(sys.argv[1:], ends_process=True)
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        _drop_stdout()
    raise SystemExit(code)


def main(words: Sequence[str], *, ends_process: bool = False, **session: Any) -> int:
    """One run from its words to its exit code; every expected failure is one line on stderr.

    `session` are fields of `Session` that a test sets.
    """
    try:
        common, command, rest, meant = split(words)
        if meant is not None:
            word = rest[0]
            raise UsageError(f"{word} is no command; did you mean {meant}? To filter by that word: taskdeck -- {word}")
        if command in LATER:
            raise UsageError(f"{command}: not yet")
        if command is None and not (rest and rest[0].startswith("-")):
            command, rest = _INTERFACE, ["--", *rest]
        arguments = [*common, *([command] if command else []), *rest]
        # Not `_group.main`: it ends the process with status 1 when a reader closes the pipe.
        with _group.make_context("taskdeck", arguments, obj={"ends_process": ends_process, **session}) as ctx:
            result = _group.invoke(ctx)
        return result if isinstance(result, int) else Exit.FINE
    except click.exceptions.Exit as error:
        return error.exit_code
    except click.ClickException as error:
        say(error.format_message())
        return Exit.USAGE
    except TuiError as error:
        say(str(error))
        return exit_of(error)
    except (KeyboardInterrupt, click.Abort):
        return Exit.INTERRUPT
    except BrokenPipeError:
        # Whoever read us has seen enough.
        _drop_stdout()
        return Exit.FINE
    except Exception as error:  # a fault of ours, told without a traceback (R9)
        crash.report(error)
        return Exit.FAULT


def _drop_stdout() -> None:
    """Let what is left in the buffer vanish, or the interpreter complains about the pipe at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class _Duration(click.ParamType[timedelta]):
    """`2h30m` as a timedelta."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        try:
            return duration(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


@click.group(invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="taskdeck", message="%(prog)s %(version)s")
@click.option("--config", type=click.Path(path_type=Path), metavar="FILE", help="Another configuration file.")
@click.option("--account", "accounts", multiple=True, metavar="NAME", help="Only this account; may be repeated.")
@click.option("--read-only", is_flag=True, help="Offer and send no action.")
@click.option("--demo", is_flag=True, help="Use the embedded sandbox: no account, no network.")
@click.option("--partial", is_flag=True, help="Print accounts that could not be read completely, too.")
@click.pass_context
def _group(ctx: click.Context, /, **options: Any) -> None:
    """Watch and steer compute tasks on every remote platform."""
    ctx.obj = Session(**options, **ctx.obj)


def _listed(command: Command) -> Command:
    """The options of every command that prints a list."""
    command = click.option("--fields", metavar="A,B", help="JSON keys, dotted, instead of the usual columns.")(command)
    command = click.option("--limit", type=click.IntRange(0), metavar="N", help="At most so many.")(command)
    return click.option("-o", "--output", "style", type=click.Choice(FORMATS), help="How to print it.")(command)


def _async(ctx: click.Context, work: Coroutine[Any, Any, int]) -> int:
    session: Session = ctx.obj
    return session.run(work)


@_group.command(_INTERFACE, hidden=True)
@click.argument("words", nargs=-1)
@click.pass_context
def interface(ctx: click.Context, words: tuple[str, ...]) -> int:
    """The terminal interface."""
    from tui.cli.terminal import interface as work

    return work(ctx.obj, " ".join(words))


@_group.command()
@_listed
@click.pass_context
def tasks(ctx: click.Context, style: str | None, limit: int | None, fields: str | None) -> int:
    """The list of all tasks."""
    from tui.cli.tasks import tasks as work

    return _async(ctx, work(ctx.obj, style, limit, fields))


@_group.command()
@click.argument("ref")
@click.option("-o", "--output", "style", type=click.Choice(FORMATS), help="How to print it.")
@click.option("--raw", is_flag=True, help="With the platform's untouched answer.")
@click.pass_context
def show(ctx: click.Context, ref: str, style: str | None, raw: bool) -> int:
    """Everything known of one task."""
    from tui.cli.tasks import show as work

    return _async(ctx, work(ctx.obj, ref, style, raw=raw))


@_group.command()
@click.argument("ref")
@_listed
@click.pass_context
def children(ctx: click.Context, ref: str, style: str | None, limit: int | None, fields: str | None) -> int:
    """A batch's children."""
    from tui.cli.tasks import children as work

    return _async(ctx, work(ctx.obj, ref, style, limit, fields))


@_group.command()
@click.argument("ref")
@_listed
@click.pass_context
def jobs(ctx: click.Context, ref: str, style: str | None, limit: int | None, fields: str | None) -> int:
    """The jobs inside a task."""
    from tui.cli.tasks import jobs as work

    return _async(ctx, work(ctx.obj, ref, style, limit, fields))


@_group.command()
@click.argument("ref")
@click.option("--stderr", is_flag=True, help="The error output.")
@click.option("--tail", type=click.IntRange(0), metavar="N", help="Only the last lines.")
@click.option("--since", type=_Duration(), metavar="2h", help="Only lines so young, where they carry a time.")
@click.option("--follow", is_flag=True, help="Go on until the task is final.")
@click.pass_context
def logs(ctx: click.Context, ref: str, stderr: bool, tail: int | None, since: timedelta | None, follow: bool) -> int:
    """What a task or job wrote."""
    from tui.cli.logs import logs as work

    return _async(ctx, work(ctx.obj, ref, tail, since, stderr=stderr, follow=follow))


@_group.command()
@click.argument("refs", nargs=-1, required=True)
@click.option("--any", "any_one", is_flag=True, help="Until one is final.")
@click.option("--fail-fast", is_flag=True, help="Until one failed or was aborted.")
@click.option("--timeout", type=_Duration(), metavar="6h", help="Give up after this time, with status 124.")
@click.pass_context
def wait(ctx: click.Context, refs: tuple[str, ...], any_one: bool, fail_fast: bool, timeout: timedelta | None) -> int:
    """Wait until tasks are final."""
    from tui.cli.wait import wait as work

    return _async(ctx, work(ctx.obj, refs, timeout, any_one=any_one, fail_fast=fail_fast))


def _settings(words: tuple[str, ...]) -> dict[str, str]:
    if wrong := [w for w in words if "=" not in w]:
        raise UsageError(f"--set {wrong[0]}: write KEY=VALUE")
    return dict(w.split("=", 1) for w in words)


def _action(name: str, summary: str) -> None:
    """Add one command that changes something."""

    @_group.command(name, help=summary)
    @click.argument("refs", nargs=-1, required=True)
    @click.option("--failed", is_flag=True, help="Only what failed of a batch (rerun).")
    @click.option("--set", "changes", multiple=True, metavar="K=V", help="A setting of the new task (rerun).")
    @click.option("--max", "most", type=click.IntRange(1), metavar="N", help="Refuse more targets than this.")
    @click.option("--yes", is_flag=True, help="Do not ask.")
    @click.option("--dry-run", is_flag=True, help="Only show the plan.")
    @click.option("-o", "--output", "style", type=click.Choice(("json",)), help="How to print it.")
    @click.pass_context
    def command(
        ctx: click.Context, refs: tuple[str, ...], failed: bool, changes: tuple[str, ...], most: int | None,
        yes: bool, dry_run: bool, style: str | None,
    ) -> int:  # fmt: skip
        from tui.cli.act import act
        from tui.domain.action import Verb

        if (failed or changes) and name != "rerun":
            raise UsageError(f"{name} takes neither --failed nor --set")
        verb = Verb.RERUN_FAILED if failed else Verb(name)
        work = act(ctx.obj, verb, refs, _settings(changes), most, yes=yes, dry_run=dry_run, as_json=style == "json")
        return _async(ctx, work)


_action("run", "Start drafts.")
_action("abort", "Stop tasks for good.")
_action("rerun", "Start new tasks like these.")
_action("delete", "Delete tasks.")


@_group.command()
@click.argument("what", type=click.Choice(("list", "test")), default="list")
@click.pass_context
def accounts(ctx: click.Context, what: str) -> int:
    """The accounts, or whether each can be reached."""
    from tui.cli.setup import list_accounts, test_accounts

    return list_accounts(ctx.obj) if what == "list" else _async(ctx, test_accounts(ctx.obj))


@_group.command()
@click.pass_context
def doctor(ctx: click.Context) -> int:
    """What may be wrong here."""
    from tui.cli.setup import doctor as work

    return work(ctx.obj)


@_group.command()
@click.pass_context
def paths(ctx: click.Context) -> int:
    """Where things are kept."""
    from tui.cli.setup import print_paths

    return print_paths(ctx.obj)


@_group.command()
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="0 takes a free one.")
@click.option("--seed", type=int, default=1, help="The world's seed.")
@click.option("--speed", type=float, default=1.0, help="How fast it ages.")
@click.option("--tasks", type=click.IntRange(0), default=2000, help="How many tasks.")
@click.option("--latency", "latency_ms", type=float, default=0.0, metavar="MS", help="Delay of every answer.")
@click.option("--faults", default="", metavar="SPEC", help="sevenbridges:429@0.05,qarnot:stall@0.01")
def sandbox(**options: Any) -> int:
    """Serve the three platforms, simulated, on loopback."""
    from tui.cli.setup import sandbox as work

    return work(**options)


@_group.command()
@click.argument("shell", type=click.Choice(("bash", "zsh", "fish")))
def completion(shell: str) -> int:
    """A completion script."""
    from tui.cli.setup import completion as work

    return work(shell)

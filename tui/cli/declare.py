"""How commands are declared: the tree they hang on, and the arguments and options that several share."""

from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import click

from tui import __version__
from tui.cli import suggest
from tui.cli.argv import COMMANDS, OPTIONS
from tui.cli.examples import EXAMPLES
from tui.cli.output import FORMATS
from tui.cli.wiring import Session
from tui.domain.duration import duration
from tui.domain.errors import UsageError
from tui.settings.looks import COLORS

__all__ = ["Duration", "command", "json_only", "listed", "printed", "ref", "run", "tree", "words"]

Command = TypeVar("Command", bound=Callable[..., Any])
_EVERYWHERE = f"Everywhere: {', '.join(OPTIONS)}; see taskdeck --help."


class Duration(click.ParamType[timedelta]):
    """`2h30m` as a timedelta."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        """Read it; what is not a duration ends the command with one line."""
        try:
            return duration(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


class _Tree(click.Group):
    """Lists its commands in the order in which people meet them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for name in COMMANDS if name in self.commands]


@click.group(
    cls=_Tree,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    options_metavar="[OPTIONS]",
    subcommand_metavar="[FILTER... | COMMAND ...]",
    epilog="Without a command: the terminal interface, showing what FILTER matches.",
)
@click.version_option(__version__, prog_name="taskdeck", message="%(prog)s %(version)s")
@click.option("--config", type=click.Path(path_type=Path), metavar="FILE", help="Another configuration file.")
@click.option(
    "--account", "accounts", multiple=True, metavar="NAME", help="Only this account; may be repeated.",
    shell_complete=suggest.accounts,
)  # fmt: skip
@click.option("--read-only", is_flag=True, help="Offer and send no action.")
@click.option("--demo", is_flag=True, help="Use the embedded sandbox: no account, no network.")
@click.option("--partial", is_flag=True, help="Print accounts that could not be read completely, too.")
@click.option("--plain", is_flag=True, help="Numbered lines instead of the full-screen interface.")
@click.option("--ascii", is_flag=True, help="Write nothing but ASCII.")
@click.option("--color", type=click.Choice(COLORS), metavar="WHEN", help="auto, always, never or truecolor.")
@click.option("--slow-link", is_flag=True, help="Draw at most four times a second, without a preview.")
@click.option("--no-mouse", is_flag=True, help="Leave the mouse to the terminal.")
@click.pass_context
def tree(ctx: click.Context, /, **options: Any) -> None:
    """Watch and steer compute tasks on every remote platform.

    These options are accepted before and after any command.
    """
    ctx.obj = Session(**options, **ctx.obj)


def command(name: str, *, hidden: bool = False) -> Callable[[Callable[..., Any]], click.Command]:
    """A command of the tree; its help ends with examples and the options that stand everywhere."""
    lines = "\n".join(f"  {line}" for line in EXAMPLES.get(name, ()))
    shown = f"\b\nExamples:\n{lines}\n\n" if lines else ""
    return tree.command(name, hidden=hidden, epilog=shown + _EVERYWHERE)


def ref(command: Command) -> Command:
    """One reference."""
    return click.argument("ref", metavar="REF", shell_complete=suggest.references)(command)


def words(command: Command) -> Command:
    """A filter, as words or as one option."""
    command = click.argument("words", nargs=-1, metavar="[FILTER]...", shell_complete=suggest.terms)(command)
    text = "A filter as one text, besides that of the words."
    return click.option("--filter", "query", metavar="F", help=text, shell_complete=suggest.terms)(command)


def _layout(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    """Keep in the session how lines are printed; `-0` without `-o` means `-o name`."""
    if value and param.name == "no_headers":
        ctx.obj = replace(ctx.obj, header=False)
    elif value:
        if ctx.params.get("style") not in {None, "name"}:
            raise UsageError("-0 goes with -o name")
        ctx.params["style"] = "name"
        ctx.obj = replace(ctx.obj, end="\0")


def printed(command: Command) -> Command:
    """The options of every command that prints records."""
    quiet: Any = {"is_flag": True, "expose_value": False, "callback": _layout}
    command = click.option("-0", "--null", **quiet, help="With -o name: end each with NUL, for xargs -0.")(command)
    command = click.option("--no-headers", **quiet, help="Leave out the line with the names of the columns.")(command)
    text = "JSON keys, dotted, instead of the usual columns."
    command = click.option("--fields", metavar="A,B", help=text, shell_complete=suggest.keys)(command)
    return click.option("-o", "--output", "style", type=click.Choice(FORMATS), is_eager=True, help="How to print it.")(
        command
    )


def listed(command: Command) -> Command:
    """The options of every command that prints a list."""
    return printed(click.option("--limit", type=click.IntRange(0), metavar="N", help="At most so many.")(command))


def json_only(command: Command) -> Command:
    """`-o json`, for commands whose other output is text for people."""
    kinds = click.Choice(("json",))
    return click.option("-o", "--output", "style", type=kinds, help="How to print it.")(command)


def run(ctx: click.Context, /, work: Coroutine[Any, Any, int]) -> int:
    """Run a command's work in its session, to the exit code."""
    session: Session = ctx.obj
    return session.run(work)

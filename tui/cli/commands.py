"""The command tree: what each command is called, takes and says in its help. The work is imported when it is done."""

from collections.abc import Callable, Coroutine
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import click

from tui import __version__
from tui.cli.argv import COMMANDS, OPTIONS
from tui.cli.examples import EXAMPLES
from tui.cli.output import FORMATS
from tui.cli.wiring import Session
from tui.domain.duration import duration
from tui.domain.errors import UsageError

__all__ = ["INTERFACE", "tree"]

Command = TypeVar("Command", bound=Callable[..., Any])
INTERFACE = "interface"
"""The hidden command that stands for none."""
_EVERYWHERE = f"Everywhere: {', '.join(OPTIONS)}; see taskdeck --help."


class _Duration(click.ParamType[timedelta]):
    """`2h30m` as a timedelta."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        try:
            return duration(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


def _account_names(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Accounts that begin so, for a shell that completes; no token is read."""
    from tui.settings import load

    found = load(ctx.params.get("config")).accounts
    return [account.name for account in found if account.name.startswith(incomplete)]


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
    shell_complete=_account_names,
)  # fmt: skip
@click.option("--read-only", is_flag=True, help="Offer and send no action.")
@click.option("--demo", is_flag=True, help="Use the embedded sandbox: no account, no network.")
@click.option("--partial", is_flag=True, help="Print accounts that could not be read completely, too.")
@click.pass_context
def tree(ctx: click.Context, /, **options: Any) -> None:
    """Watch and steer compute tasks on every remote platform.

    These options stand before or behind any command.
    """
    ctx.obj = Session(**options, **ctx.obj)


def _command(name: str, *, hidden: bool = False) -> Callable[[Callable[..., Any]], click.Command]:
    """A command of the tree; its help ends with examples and the options that stand everywhere."""
    lines = "\n".join(f"  {line}" for line in EXAMPLES.get(name, ()))
    shown = f"\b\nExamples:\n{lines}\n\n" if lines else ""
    return tree.command(name, hidden=hidden, epilog=shown + _EVERYWHERE)


def _ref(command: Command) -> Command:
    return click.argument("ref", metavar="REF")(command)


def _words(command: Command) -> Command:
    """A filter, as words or as one option."""
    command = click.argument("words", nargs=-1, metavar="[FILTER]...")(command)
    return click.option("--filter", "query", metavar="F", help="A filter as one text, besides that of the words.")(
        command
    )


def _printed(command: Command) -> Command:
    command = click.option("--fields", metavar="A,B", help="JSON keys, dotted, instead of the usual columns.")(command)
    return click.option("-o", "--output", "style", type=click.Choice(FORMATS), help="How to print it.")(command)


def _listed(command: Command) -> Command:
    """The options of every command that prints a list."""
    return _printed(click.option("--limit", type=click.IntRange(0), metavar="N", help="At most so many.")(command))


def _json(command: Command) -> Command:
    kinds = click.Choice(("json",))
    return click.option("-o", "--output", "style", type=kinds, help="How to print it.")(command)


def _async(ctx: click.Context, /, work: Coroutine[Any, Any, int]) -> int:
    session: Session = ctx.obj
    return session.run(work)


@_command(INTERFACE, hidden=True)
@_words
@click.pass_context
def interface(ctx: click.Context, /, words: tuple[str, ...], query: str | None) -> int:
    """The terminal interface."""
    from tui.cli.terminal import interface as work

    return work(ctx.obj, " ".join([*([query] if query else []), *words]))


@_command("tasks")
@_words
@_listed
@click.pass_context
def tasks(ctx: click.Context, /, words: tuple[str, ...], query: str | None, **how: Any) -> int:
    """The list of all tasks, newest first."""
    from tui.cli.tasks import tasks as work

    return _async(ctx, work(ctx.obj, words, query, **how))


@_command("show")
@_ref
@_printed
@click.option("--raw", is_flag=True, help="With the platform's untouched answer.")
@click.pass_context
def show(ctx: click.Context, /, ref: str, **how: Any) -> int:
    """Everything known of one task."""
    from tui.cli.show import show as work

    return _async(ctx, work(ctx.obj, ref, **how))


@_command("children")
@_ref
@_words
@_listed
@click.pass_context
def children(ctx: click.Context, /, ref: str, words: tuple[str, ...], query: str | None, **how: Any) -> int:
    """A batch's children."""
    from tui.cli.tasks import children as work

    return _async(ctx, work(ctx.obj, ref, words, query, **how))


@_command("jobs")
@_ref
@_words
@_listed
@click.pass_context
def jobs(ctx: click.Context, /, ref: str, words: tuple[str, ...], query: str | None, **how: Any) -> int:
    """The jobs inside a task."""
    from tui.cli.tasks import jobs as work

    return _async(ctx, work(ctx.obj, ref, words, query, **how))


@_command("logs")
@_ref
@click.option("--stderr", is_flag=True, help="The error output.")
@click.option("--name", metavar="NAME", help="The log of that name, such as cmd.log.")
@click.option("--tail", type=click.IntRange(0), metavar="N", help="Only the last lines.")
@click.option("--since", type=_Duration(), metavar="2h", help="Only lines so young, where they carry a time.")
@click.option("--follow", is_flag=True, help="Go on until the task is final.")
@click.pass_context
def logs(ctx: click.Context, /, ref: str, **how: Any) -> int:
    """What a task or job wrote."""
    from tui.cli.logs import logs as work

    return _async(ctx, work(ctx.obj, ref, **how))


@_command("wait")
@click.argument("refs", nargs=-1, metavar="[REF]...")
@click.option("--filter", "query", metavar="F", help="The tasks that match now.")
@click.option("--any", "any_one", is_flag=True, help="Until one is final.")
@click.option("--fail-fast", is_flag=True, help="Until one failed or was aborted.")
@click.option("--timeout", type=_Duration(), metavar="6h", help="Give up after this time, with status 124.")
@click.pass_context
def wait(ctx: click.Context, /, refs: tuple[str, ...], query: str | None, **how: Any) -> int:
    """Wait until tasks are final; one line a change."""
    from tui.cli.wait import wait as work

    return _async(ctx, work(ctx.obj, refs, query, **how))


def _settings(words: tuple[str, ...]) -> dict[str, str]:
    if wrong := [w for w in words if not w.partition("=")[0] or "=" not in w]:
        raise UsageError(f"--set {wrong[0]}: write KEY=VALUE")
    return dict(w.split("=", 1) for w in words)


def _action(name: str, summary: str) -> None:
    """Add one command that changes something."""

    @_command(name)
    @click.argument("refs", nargs=-1, required=True, metavar="REF...")
    @click.option("--failed", is_flag=True, help="Only what failed of a batch (rerun).")
    @click.option(
        "--no-batch", "as_batch", flag_value=False, default=True, help="Run a batch draft as one single task (run)."
    )
    @click.option("--set", "changes", multiple=True, metavar="K=V", help="A setting of the new task (rerun, alter).")
    @click.option("--max", "most", type=click.IntRange(1), metavar="N", help="Refuse more targets than this.")
    @click.option("--yes", is_flag=True, help="Do not ask.")
    @click.option("--dry-run", is_flag=True, help="Only show the plan.")
    @_json
    @click.pass_context
    def command(
        ctx: click.Context, /, refs: tuple[str, ...], changes: tuple[str, ...], style: str | None, **how: Any
    ) -> int:
        from tui.cli.act import ActionRequest, act

        if not how["as_batch"] and name != "run":
            raise UsageError(f"{name} takes no --no-batch")
        if (how["failed"] and name != "rerun") or (changes and name not in {"rerun", "alter"}):
            raise UsageError(f"{name} takes no {'--failed' if how['failed'] else '--set'}")
        if name == "alter" and not changes:
            raise UsageError("alter what? write --set KEY=VALUE")
        order = ActionRequest(word=name, refs=refs, settings=_settings(changes), as_json=style == "json", **how)
        return _async(ctx, act(ctx.obj, order))

    command.help = summary


_action("run", "Start drafts.")
_action("abort", "Stop tasks for good.")
_action("rerun", "Start new tasks like these, or only what failed of them.")
_action("delete", "Delete tasks; where a platform has only records, those.")
_action("hold", "Keep waiting tasks from starting.")
_action("release", "Let held tasks start.")
_action("requeue", "Run the same tasks again, under the same references; of a batch what failed of it.")
_action("alter", "Change settings of tasks in place: --set limit=30m.")


@_command("triage")
@click.argument("ref", required=False, metavar="[REF]")
@click.option("--filter", "query", metavar="F", help="Of the tasks that match.")
@click.option("--hosts", is_flag=True, help="Ask for the hosts, too, where that is a call a task.")
@click.option("--explain", is_flag=True, help="Say how each answer came about: the line, its neighbours, the words.")
@_json
@click.pass_context
def triage(
    ctx: click.Context, /, ref: str | None, query: str | None, style: str | None, hosts: bool, explain: bool
) -> int:
    """What failed, grouped by what it says."""
    from tui.cli.triage import triage as work

    return _async(ctx, work(ctx.obj, ref, query, style, hosts=hosts, explain=explain))


@_command("diff")
@click.argument("a", metavar="REF")
@click.argument("b", required=False, metavar="[REF]")
@_json
@click.pass_context
def diff(ctx: click.Context, /, a: str, b: str | None, style: str | None) -> int:
    """What differs between two tasks.

    With one, from the last success of its app. Status 1 when anything differs.
    """
    from tui.cli.diff import diff as work

    return _async(ctx, work(ctx.obj, a, b, style))


@_command("accounts")
@click.argument("what", type=click.Choice(("list", "test")), default="list", metavar="[list|test]")
@click.pass_context
def accounts(ctx: click.Context, /, what: str) -> int:
    """The accounts, and whether each answers."""
    from tui.cli.setup import list_accounts, test_accounts

    return list_accounts(ctx.obj) if what == "list" else _async(ctx, test_accounts(ctx.obj))


@_command("doctor")
@click.pass_context
def doctor(ctx: click.Context) -> int:
    """What may be wrong here.

    Which configuration holds, where each token comes from, and whether each account answers.
    """
    from tui.cli.setup import doctor as work

    return _async(ctx, work(ctx.obj))


@_command("login")
@click.argument("name", metavar="NAME")
@click.pass_context
def login(ctx: click.Context, /, name: str) -> int:
    """Open the connection to an account's host, where it asks for a password or a second factor.

    NAME is an account, or a host. Later calls share the connection for ten minutes after their last use.
    """
    from tui.cli.setup import login as work

    return work(ctx.obj, name)


@_command("paths")
@click.pass_context
def paths(ctx: click.Context) -> int:
    """Where things are kept."""
    from tui.cli.setup import print_paths

    return print_paths(ctx.obj)


@_command("keys")
def keys() -> int:
    """Every key of the terminal interface."""
    from tui.cli.setup import print_keys

    return print_keys()


@_command("completion")
@click.argument("shell", type=click.Choice(("bash", "zsh", "fish")), metavar="SHELL")
def completion(shell: str) -> int:
    """A completion script for bash, zsh or fish."""
    from tui.cli.completion import script

    return script(tree, shell)


@_command("sandbox")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, metavar="P", help="Where it listens; 0 is a free one."
)
@click.option("--seed", type=int, default=1, metavar="N", help="The world's seed.")
@click.option("--speed", type=click.FloatRange(0), default=1.0, metavar="X", help="How fast it ages.")
@click.option("--tasks", type=click.IntRange(0), default=2000, metavar="N", help="How many tasks, over all accounts.")
@click.option("--latency", "latency_ms", type=click.FloatRange(0), default=0.0, metavar="MS", help="Delay of answers.")
@click.option("--faults", default="", metavar="SPEC", help="sevenbridges:429@0.05,qarnot:stall@0.01")
@click.option("--slurm", is_flag=True, help="A folder with a cluster's commands, too.")
@click.pass_context
def sandbox(ctx: click.Context, /, **options: Any) -> int:
    """Serve the platforms, simulated, on loopback.

    One JSON line says where each account is; then it serves until ended. With --config FILE it writes a configuration
    for them first.
    """
    from tui.cli.setup import sandbox as work

    return work(ctx.obj.config, **options)

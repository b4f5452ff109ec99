"""The command tree: what each command is called, takes and says in its help. The work is imported when it is done."""

from pathlib import Path
from typing import Any

import click

from tui.cli import action_commands, report_commands  # noqa: F401  they declare their commands on the same tree
from tui.cli.declare import Duration as _Duration
from tui.cli.declare import command as _command
from tui.cli.declare import json_only as _json
from tui.cli.declare import listed as _listed
from tui.cli.declare import printed as _printed
from tui.cli.declare import ref as _ref
from tui.cli.declare import run as _async
from tui.cli.declare import tree
from tui.cli.declare import words as _words
from tui.cli.suggest import references
from tui.domain.errors import UsageError

__all__ = ["INTERFACE", "tree"]

INTERFACE = "interface"
"""The hidden command that stands for none."""


@_command(INTERFACE, hidden=True)
@_words
@click.pass_context
def interface(ctx: click.Context, /, words: tuple[str, ...], query: str | None) -> int:
    """The terminal interface."""
    asked = " ".join([*([query] if query else []), *words])
    if ctx.obj.plain:
        from tui.cli.linear import print_linear

        return _async(ctx, print_linear(ctx.obj, asked))
    from tui.cli.terminal import interface as work

    return work(ctx.obj, asked)


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
@click.argument("refs", nargs=-1, metavar="REF...", shell_complete=references)
@click.option("--filter", "query", metavar="F", help="With --to: of every task that matches, too.")
@click.option("--stderr", is_flag=True, help="The error output.")
@click.option("--name", metavar="NAME", help="The log of that name, such as cmd.log.")
@click.option("--tail", type=click.IntRange(0), metavar="N", help="Only the last lines.")
@click.option("--since", type=_Duration(), metavar="2h", help="Only lines so young, where they carry a time.")
@click.option("--follow", is_flag=True, help="Go on until the task is final.")
@click.option("--to", "target", type=click.Path(path_type=Path), metavar="DIR", help="Write files there, one a log.")
@click.option("--overwrite", is_flag=True, help="With --to: replace files that are there.")
@click.pass_context
def logs(
    ctx: click.Context, /, refs: tuple[str, ...], query: str | None, target: Path | None, *, overwrite: bool, **how: Any
) -> int:
    """What tasks or jobs wrote: printed, or written to files with --to."""
    if target is not None:
        from tui.cli.log_files import save_logs

        if how["follow"] or how["tail"] is not None or how["since"] is not None:
            raise UsageError("--to writes whole logs; leave out --tail, --since and --follow")
        if not refs and query is None:
            raise UsageError("logs of what? write REF... or --filter F")
        stderr, name = how["stderr"], how["name"]
        return _async(ctx, save_logs(ctx.obj, refs, query, target, stderr=stderr, name=name, replace=overwrite))
    from tui.cli.logs import logs as work

    if len(refs) != 1 or query is not None or overwrite:
        raise UsageError("one REF is printed; several, --filter and --overwrite go with --to DIR")
    return _async(ctx, work(ctx.obj, refs[0], **how))


@_command("outputs")
@_ref
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--to", "target", type=click.Path(path_type=Path), metavar="DIR", help="Write the files there.")
@click.option("--overwrite", is_flag=True, help="With --to: replace files that are there.")
@_json
@click.pass_context
def outputs(
    ctx: click.Context, /, ref: str, names: tuple[str, ...], target: Path | None, style: str | None, *, overwrite: bool
) -> int:
    """The files that a task produced: listed with their sizes, or written to files with --to."""
    from tui.cli.outputs import outputs as work

    if overwrite and target is None:
        raise UsageError("--overwrite goes with --to DIR")
    return _async(ctx, work(ctx.obj, ref, target, names, as_json=style == "json", replace=overwrite))


@_command("wait")
@click.argument("refs", nargs=-1, metavar="[REF]...", shell_complete=references)
@click.option("--filter", "query", metavar="F", help="The tasks that match now.")
@click.option("--any", "any_one", is_flag=True, help="Until one is final.")
@click.option("--fail-fast", is_flag=True, help="Until one failed or was aborted.")
@click.option("--timeout", type=_Duration(), metavar="6h", help="Give up after this time, with status 124.")
@click.pass_context
def wait(ctx: click.Context, /, refs: tuple[str, ...], query: str | None, **how: Any) -> int:
    """Wait until tasks are final; one line a change."""
    from tui.cli.wait import wait as work

    return _async(ctx, work(ctx.obj, refs, query, **how))


@_command("triage")
@click.argument("ref", required=False, metavar="[REF]", shell_complete=references)
@click.option("--filter", "query", metavar="F", help="Of the tasks that match.")
@click.option("--hosts", is_flag=True, help="Ask for the hosts, too, where that is a call a task.")
@click.option("--explain", is_flag=True, help="Say how each answer came about: the line, its neighbours, the words.")
@_json
@click.pass_context
def triage(
    ctx: click.Context, /, ref: str | None, query: str | None, style: str | None, hosts: bool, explain: bool
) -> int:
    """What failed, grouped by what it says; `taskdeck help triage` says how the reason is found, and how well."""
    from tui.cli.triage import triage as work

    return _async(ctx, work(ctx.obj, ref, query, style, hosts=hosts, explain=explain))


@_command("diff")
@click.argument("a", metavar="REF", shell_complete=references)
@click.argument("b", required=False, metavar="[REF]", shell_complete=references)
@_json
@click.pass_context
def diff(ctx: click.Context, /, a: str, b: str | None, style: str | None) -> int:
    """What differs between two tasks.

    With one, from the last success of its app. Status 1 when anything differs.
    """
    from tui.cli.diff import diff as work

    return _async(ctx, work(ctx.obj, a, b, style))


@_command("accounts")
@click.argument("what", nargs=-1, metavar="[list|test|add [NAME]|rename OLD NEW|remove NAME]")
@click.option("--quota", is_flag=True, help="Limits, credits and billing groups of every account.")
@click.option("--platform", metavar="P", help="add: its platform, by the name that `taskdeck help settings` lists.")
@click.option("--environment", metavar="E", help="add: us, eu, cn, cgc, cavatica or bdc, where a platform has several.")
@click.option("--url", metavar="URL", help="add: the address of the platform's API.")
@click.option("--host", metavar="HOST", help="add: a host of ~/.ssh/config, where a platform is reached by ssh.")
@click.option("--token", metavar="WHERE", help="add: env:NAME, file:PATH, keyring:NAME or command:WORDS.")
@_json
@click.pass_context
def accounts(
    ctx: click.Context, /, what: tuple[str, ...], style: str | None, *, quota: bool, **given: str | None
) -> int:
    """The accounts: listed, tested, added, renamed, removed, and what each may use."""
    from tui.cli import account_setup, setup

    said = [f"--{name}" for name, value in given.items() if value is not None]
    if said and what[:1] != ("add",):
        raise UsageError(f"{said[0]} goes with accounts add")
    if style and not quota:
        raise UsageError("-o json goes with accounts --quota")
    match what:
        case () if quota:
            return _async(ctx, account_setup.print_quotas(ctx.obj, as_json=style == "json"))
        case () | ("list",) if not quota:
            return setup.list_accounts(ctx.obj)
        case ("test",) if not quota:
            return _async(ctx, setup.test_accounts(ctx.obj))
        case ("add", *names) if len(names) < 2 and not quota:
            return _async(ctx, account_setup.add(ctx.obj, names[0] if names else None, given))
        case ("rename", old, new) if not quota:
            return account_setup.rename(ctx.obj, old, new)
        case ("remove", name) if not quota:
            return account_setup.remove(ctx.obj, name)
    raise UsageError("write accounts [list|test|add [NAME]|rename OLD NEW|remove NAME], or accounts --quota")


@_command("doctor")
@click.option(
    "--bundle",
    "target",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write it into one file, too, with the configuration and the log, without secrets.",
)
@click.pass_context
def doctor(ctx: click.Context, /, target: Path | None) -> int:
    """What may be wrong here: terminal, clipboard, directories, network, and each account as it answers."""
    from tui.cli.doctor import doctor as work

    return _async(ctx, work(ctx.obj, target))


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
@click.option("--faults", default="", metavar="SPEC", help="PLATFORM:FAULT@SHARE, by commas: 429@0.05, stall@0.01.")
@click.option("--slurm", is_flag=True, help="A folder with a cluster's commands, too.")
@click.pass_context
def sandbox(ctx: click.Context, /, **options: Any) -> int:
    """Serve the platforms, simulated, on loopback.

    One JSON line says where each account is; then it serves until ended. With --config FILE it writes a configuration
    for them first.
    """
    from tui.cli.setup import sandbox as work

    return work(ctx.obj.config, **options)

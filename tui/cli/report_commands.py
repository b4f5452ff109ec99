"""Commands that look back and ahead, and tell: digest, watch, ticket. Declared here, done in one file each."""

from datetime import timedelta
from typing import Any

import click

from tui.cli.declare import Duration, command, json_only, ref, run, words
from tui.domain.status import TaskStatus

__all__: list[str] = []


@command("digest")
@words
@click.option("--since", type=Duration(), default="1d", metavar="1d", help="How far to look back.")
@click.option("-o", "--output", "style", type=click.Choice(("text", "md", "json")), default="text", help="How.")
@click.pass_context
def digest(ctx: click.Context, /, since: timedelta, **how: Any) -> int:
    """What happened since yesterday: finished, failed by reason, started, expensive, waiting longest, by project."""
    from tui.cli.digest import print_digest

    return run(ctx, print_digest(ctx.obj, since=since, **how))


@command("watch")
@words
@click.option("-o", "--output", "style", type=click.Choice(("text", "ndjson")), default="text", help="How to print it.")
@click.option("--on", multiple=True, type=click.Choice(tuple(TaskStatus)), help="Only changes to this; repeatable.")
@click.option("--notify", is_flag=True, help="Tell of them by the ways of [notify], too.")
@click.option("--for", "span", type=Duration(), metavar="8h", help="End after this time, with status 0.")
@click.pass_context
def watch(ctx: click.Context, /, **how: Any) -> int:
    """One line a change of the tasks that match, until it is ended."""
    from tui.cli.watch import watch as work

    return run(ctx, work(ctx.obj, **how))


@command("ticket")
@ref
@click.pass_context
def ticket(ctx: click.Context, /, ref: str) -> int:
    """What a support desk needs to know of one task, as Markdown without secrets."""
    from tui.cli.ticket import ticket as work

    return run(ctx, work(ctx.obj, ref))


@command("grep")
@click.argument("pattern", metavar="RE")
@click.argument("words", nargs=-1, metavar="[REF|FILTER]...")
@click.option("-o", "--output", "style", type=click.Choice(("text", "ndjson")), default="text", help="How to print it.")
@click.option("--max", "most", type=click.IntRange(1), metavar="N", help="Read the logs of at most so many tasks.")
@click.pass_context
def grep(ctx: click.Context, /, **how: Any) -> int:
    """Lines of many logs that match: of one task, of a batch's failed children, or of what FILTER finds."""
    from tui.cli.grep import grep as work

    return run(ctx, work(ctx.obj, **how))


@command("cost")
@words
@click.option("--by", type=click.Choice(("project", "app", "day")), default="project", help="What to count by.")
@click.option("--since", type=Duration(), default="30d", metavar="30d", help="How far to look back.")
@json_only
@click.pass_context
def cost(ctx: click.Context, /, **how: Any) -> int:
    """What tasks cost and how much of it was lost in failures and aborts; currencies are never added."""
    from tui.cli.cost import cost as work

    return run(ctx, work(ctx.obj, **how))

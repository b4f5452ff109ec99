"""Commands that look back and ahead, and tell: digest. Declared here, done in one file each."""

from datetime import timedelta
from typing import Any

import click

from tui.cli.declare import Duration, command, run, words

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

"""Commands that change something: one table says what each takes, and `act` does them all."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

from tui.cli.declare import command, json_only, run
from tui.cli.suggest import references
from tui.domain.errors import UsageError

__all__: list[str] = []


@dataclass(frozen=True, slots=True)
class _Words:
    """What the words of a command say, besides its options."""

    refs: Sequence[str]
    name: str | None = None
    add: Sequence[str] = ()
    remove: Sequence[str] = ()
    settings: Mapping[str, str] = field(default_factory=dict)


_FAILED = click.option("--failed", is_flag=True, help="Only what failed of a batch.")
_SET = click.option("--set", "changes", multiple=True, metavar="K=V", help="A setting; may be repeated.")
_NO_BATCH = click.option(
    "--no-batch", "as_batch", flag_value=False, default=True, help="Run a batch draft as one single task."
)
_AT_MOST = click.option(
    "--at-most", type=click.IntRange(1), metavar="K", help="So many run at once; the others start as these end."
)

_MOST = click.option("--max", "most", type=click.IntRange(1), metavar="N", help="Refuse more targets than this.")
_YES = click.option("--yes", is_flag=True, help="Do not ask.")
_DRY_RUN = click.option("--dry-run", is_flag=True, help="Only show the plan.")


def _settings(words: Sequence[str]) -> dict[str, str]:
    if wrong := [w for w in words if not w.partition("=")[0] or "=" not in w]:
        raise UsageError(f"--set {wrong[0]}: write KEY=VALUE")
    return dict(w.split("=", 1) for w in words)


def _targets(words: Sequence[str]) -> _Words:
    """Every word is a reference."""
    return _Words(words)


def _renamed(words: Sequence[str]) -> _Words:
    """`REF NAME`; a name of several words needs no quotes."""
    if len(words) < 2 or not " ".join(words[1:]).strip():
        raise UsageError("rename what, and to what? write rename REF NAME")
    return _Words(words[:1], name=" ".join(words[1:]))


def _tagged(words: Sequence[str]) -> _Words:
    """`REF... +TAG -TAG`; a tag to remove arrives as `!TAG`."""
    marked = [word for word in words if word[:1] in {"+", "!"}]
    if not marked or any(len(word) == 1 for word in marked):
        raise UsageError("which tags? write tag REF... +TAG -TAG")
    return _Words(
        [word for word in words if word not in marked],
        add=[word[1:] for word in marked if word[0] == "+"],
        remove=[word[1:] for word in marked if word[0] == "!"],
    )


def _prioritised(words: Sequence[str]) -> _Words:
    """`REF... N`."""
    if not words or not words[-1].isdecimal():
        raise UsageError("which priority? write priority REF... NUMBER")
    return _Words(words[:-1], settings={"priority": words[-1]})


def _action(
    name: str,
    summary: str,
    *options: Callable[[Any], Any],
    metavar: str = "[REF]...",
    read: Callable[[Sequence[str]], _Words] = _targets,
    by_filter: bool = True,
) -> None:
    """Add one command that changes something."""

    def work(
        ctx: click.Context, /, targets: tuple[str, ...], style: str | None, changes: Sequence[str] = (), **how: Any
    ) -> int:
        from tui.cli.act import ActionRequest, act

        said = read(targets)
        if not said.refs and how.get("query") is None:
            raise UsageError(f"{name} what? write REF...{' or --filter F' if by_filter else ''}")
        if name == "alter" and not changes:
            raise UsageError("alter what? write --set KEY=VALUE")
        order = ActionRequest(
            word=name, refs=said.refs, name=said.name, add=said.add, remove=said.remove,
            settings={**_settings(changes), **said.settings}, as_json=style == "json", **how,
        )  # fmt: skip
        return run(ctx, act(ctx.obj, order))

    filtered = click.option("--filter", "query", metavar="F", help="Every task that matches now, besides REF.")
    shared: tuple[Any, ...] = (
        click.argument("targets", nargs=-1, metavar=metavar, shell_complete=references),
        *([filtered] if by_filter else []),
        *options,
        _MOST,
        _YES,
        _DRY_RUN,
        json_only,
        click.pass_context,
    )
    decorated: Any = work
    for option in reversed(shared):
        decorated = option(decorated)
    command(name)(decorated).help = summary


_action("run", "Start drafts.", _NO_BATCH, _AT_MOST)
_action("abort", "Stop tasks for good.")
_action("rerun", "Start new tasks like these, or only what failed of them.", _FAILED, _SET)
_action("retry", "Run the failed instances again, as a new task.")
_action("resume", "Run the cancelled instances, as a new task.")
_action("recover", "Run the failed and the cancelled instances again, as a new task.")
_action("clone", "Copy tasks as drafts, which run later.")
_action("delete", "Delete tasks; where a platform has only records, those.")
_action("hold", "Keep waiting tasks from starting.")
_action("release", "Let held tasks start.")
_action("requeue", "Run the same tasks again, under the same references; of a batch what failed of it.")
_action("alter", "Change settings of tasks in place: --set limit=30m.", _SET)
_action("rename", "Give one task another name.", metavar="REF NAME", read=_renamed, by_filter=False)
_action("tag", "Add and remove tags: taskdeck tag REF... +keep -old.", metavar="[REF]... +TAG -TAG", read=_tagged)
_action("priority", "Change the priority of tasks in place.", metavar="[REF]... N", read=_prioritised)


@command("submit")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@_SET
@click.option("--run", "runs", is_flag=True, help="Start the drafts once all are made without an error.")
@_AT_MOST
@click.option("--again", is_flag=True, help="Submit rows that were submitted before, too.")
@_MOST
@_YES
@_DRY_RUN
@json_only
@click.pass_context
def submit(
    ctx: click.Context, /, file: Path, changes: Sequence[str], style: str | None, *, runs: bool, **how: Any
) -> int:
    """Make tasks from a CSV or JSON file of parameters, one a row; the help topic `submit` says what it holds."""
    from tui.cli.submit import SubmitRequest
    from tui.cli.submit import submit as work

    if how["at_most"] is not None and not runs:
        raise UsageError("--at-most goes with --run")
    order = SubmitRequest(file=file, settings=_settings(changes), run=runs, as_json=style == "json", **how)
    return run(ctx, work(ctx.obj, order))

"""Completion for bash, zsh and fish: click's own scripts, which ask this program what may come next."""

import sys

import click
from click.shell_completion import BashComplete, ShellComplete, get_completion_class, shell_complete

from tui.cli.exit_codes import Exit

__all__ = ["answer", "script"]

_PROGRAM = "taskdeck"
_VARIABLE = "_TASKDECK_COMPLETE"


def script(tree: click.Group, shell: str) -> int:
    """Print the script that a shell's start-up file evaluates."""
    kind = get_completion_class(shell)
    assert kind is not None, "the command takes only shells that click knows"
    maker = kind(tree, {}, _PROGRAM, _VARIABLE)
    # Click asks the local bash for its version before it prints; the script may be meant for another machine.
    source = ShellComplete.source(maker) if isinstance(maker, BashComplete) else maker.source()
    sys.stdout.write(source.strip("\n") + "\n")
    return Exit.FINE


def answer(tree: click.Group, instruction: str, variable: str) -> int:
    """Print what may come next; the words are in the variables that the script sets."""
    for command in tree.commands.values():
        known = {param.name for param in command.params}
        command.params += [p for p in tree.params if isinstance(p, click.Option) and p.name not in known]
    try:
        return shell_complete(tree, {}, _PROGRAM, variable, instruction)
    except Exception:  # a person is typing: nothing is better than a report in the middle of a line
        return Exit.FAULT

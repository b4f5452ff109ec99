"""Completion for bash, zsh and fish: click's own scripts, which ask this program what may come next."""

import sys

import click
from click.shell_completion import (
    BashComplete,
    CompletionItem,
    ShellComplete,
    add_completion_class,
    get_completion_class,
    shell_complete,
)

from tui.cli.exit_codes import Exit

__all__ = ["SHELLS", "answer", "script", "source"]

SHELLS = ("bash", "zsh", "fish")
_PROGRAM = "taskdeck"
_VARIABLE = "_TASKDECK_COMPLETE"
_BREAKS = ":="
"""Characters at which bash begins another word, so that `cgc:eb4` comes as three and only the last is replaced."""


class _Bash(BashComplete):
    """Bash's words put together again, and of each answer only what bash puts in."""

    name = "bash"
    _typed = ""
    """What stands before the last word of bash in the word that is completed."""

    def get_completion_args(self) -> tuple[list[str], str]:
        """The whole words before the cursor, and the one at it."""
        args, incomplete = super().get_completion_args()
        words: list[str] = []
        joined = False
        for part in [*args, incomplete]:
            broken = bool(part) and not part.strip(_BREAKS)
            if words and (broken or joined):
                words[-1] += part
            else:
                words.append(part)
            joined = broken
        last = words.pop() if words else ""
        self._typed = last[: 1 + max(last.rfind(char) for char in _BREAKS)]
        return words, last

    def format_completion(self, item: CompletionItem) -> str:
        """Without what bash keeps on its own."""
        return f"{item.type},{item.value.removeprefix(self._typed)}"


add_completion_class(_Bash)


def script(tree: click.Group, shell: str) -> int:
    """Print the script that a shell's start-up file evaluates."""
    sys.stdout.write(source(tree, shell))
    return Exit.FINE


def source(tree: click.Group, shell: str) -> str:
    """That script."""
    kind = get_completion_class(shell)
    assert kind is not None, "the command takes only shells that click knows"
    maker = kind(tree, {}, _PROGRAM, _VARIABLE)
    # Click asks the local bash for its version before it prints; the script may be meant for another machine.
    made = ShellComplete.source(maker) if isinstance(maker, BashComplete) else maker.source()
    return made.strip("\n") + "\n"


def answer(tree: click.Group, instruction: str, variable: str) -> int:
    """Print what may come next; the words are in the variables that the script sets."""
    for command in tree.commands.values():
        known = {param.name for param in command.params}
        command.params += [p for p in tree.params if isinstance(p, click.Option) and p.name not in known]
    try:
        return shell_complete(tree, {}, _PROGRAM, variable, instruction)
    except Exception:  # a person is typing: nothing is better than a report in the middle of a line
        return Exit.FAULT

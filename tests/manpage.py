"""The man page, made from the tables that the program itself reads: commands, options, examples, exit codes, topics."""

import re

import click

from tui import help as topics
from tui.cli.argv import COMMANDS
from tui.cli.commands import tree
from tui.cli.examples import EXAMPLES
from tui.cli.exit_codes import Exit

__all__ = ["page"]

_VARIABLES = (
    ("TASKDECK_CONFIG", "another configuration file"), ("TASKDECK_COLOR", "auto, always, never or truecolor"),
    ("NO_COLOR", "no colour"), ("XDG_CONFIG_HOME, XDG_DATA_HOME, XDG_CACHE_HOME, XDG_STATE_HOME",
                                "where files are kept; `taskdeck paths` names them"),
)  # fmt: skip


def page() -> str:
    """The whole page in the `man` macros."""
    parts = [
        '.TH TASKDECK 1 "" "taskdeck" "User Commands"',
        ".SH NAME", f"taskdeck \\- {_text(_summary(tree).partition('.')[0])}",
        ".SH SYNOPSIS", ".B taskdeck", "[\\fIOPTIONS\\fR] [\\fIFILTER\\fR...]", ".br",
        ".B taskdeck", "[\\fIOPTIONS\\fR] \\fICOMMAND\\fR ...",
        ".SH DESCRIPTION", "Without a command: the terminal interface, showing what FILTER matches.",
        ".SH OPTIONS", "These are accepted before and after any command.", *_options(tree),
        ".SH COMMANDS", *(line for name in COMMANDS for line in _command(name, tree.commands[name])),
        ".SH EXIT STATUS", *(line for code in Exit for line in (".TP", f".B {int(code)}", _text(code.meaning))),
        ".SH ENVIRONMENT", *(line for name, what in _VARIABLES for line in (".TP", f".B {name}", _text(what))),
        ".SH SEE ALSO", "\\fBtaskdeck help\\fR \\fITOPIC\\fR, where TOPIC is a command or one of:",
        *(line for name, what in topics.TOPICS.items() for line in (".TP", f".B {name}", _text(what))),
    ]  # fmt: skip
    return "\n".join(parts) + "\n"


def _command(name: str, command: click.Command) -> list[str]:
    """One command with its arguments, options and examples."""
    arguments = [p.make_metavar(click.Context(command)) for p in command.params if isinstance(p, click.Argument)]
    lines = [f".SS {_text(' '.join([name, *arguments]))}", _text(_summary(command)), *_options(command)]
    if name in EXAMPLES:
        lines += [".PP", "Examples:", ".nf", *(_text(f"  {line}") for line in EXAMPLES[name]), ".fi"]
    return lines


def _options(command: click.Command) -> list[str]:
    lines = []
    for param in command.params:
        record = param.get_help_record(click.Context(command)) if isinstance(param, click.Option) else None
        if record is not None:
            lines += [".TP", f"\\fB{_text(record[0])}\\fR", _text(record[1])]
    return lines


def _summary(command: click.Command) -> str:
    return " ".join((command.help or (command.callback and command.callback.__doc__) or "").split())


def _text(text: str) -> str:
    """For roff: dashes that can be copied, no line that begins a request."""
    quoted = re.sub(r"[-`]", lambda found: {"-": "\\-", "`": "\\(ga"}[found[0]], text.replace("\\", "\\e"))
    return f"\\&{quoted}" if quoted[:1] in {".", "'"} else quoted

"""What the README says of the command line and the configuration is all there is, and true."""

import re
import shlex
from dataclasses import fields
from pathlib import Path

import click
import pytest

from tests.cli.fakes import NOW, task
from tui.cli.act import ActionRequest
from tui.cli.argv import COMMANDS, LATER, OPTIONS, split
from tui.cli.commands import INTERFACE, tree
from tui.cli.examples import EXAMPLES
from tui.cli.exit_codes import Exit
from tui.cli.output import FORMATS
from tui.domain.action import Outcome
from tui.domain.query import parse
from tui.domain.query.fields import FIELDS, FLAGS
from tui.domain.record import task_record
from tui.domain.status import TaskStatus
from tui.sandbox.serve import SandboxOptions
from tui.settings.model import GROUPS, PLATFORMS, Account

TEXT = (Path(__file__).parents[2] / "README.md").read_text()


def test_every_command_and_option_is_in_the_readme() -> None:
    """Each command has its line and each of its options is named, as are those that stand everywhere."""
    assert set(tree.commands) - {INTERFACE} == set(COMMANDS)
    for name in COMMANDS:
        assert f"| `taskdeck {name}" in TEXT, name
        for param in tree.commands[name].params:
            for option in param.opts if isinstance(param, click.Option) else ():
                assert re.search(rf"`[^`]*(?<![\w-]){re.escape(option)}(?![\w-])", TEXT), f"{name} {option}"
    assert all(f"`{option}" in TEXT for option in OPTIONS)
    assert all(f"`{later}`" in TEXT for later in LATER)


def test_every_option_in_the_readme_is_there() -> None:
    """The README names no option that no command has."""
    known = {o for c in (tree, *tree.commands.values()) for p in c.params for o in p.opts} | {"-h", "--help"}
    chapter = TEXT[TEXT.index("## Command line") : TEXT.index("## Configuration")]
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", chapter))
    assert named <= known, named - known


def _lines() -> list[str]:
    blocks = re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line.startswith("taskdeck")]


_SHOWN = [line for lines in EXAMPLES.values() for line in lines if line.startswith("taskdeck")]


@pytest.mark.parametrize("line", [*_lines(), *_SHOWN])
def test_every_command_shown_can_be_typed(line: str) -> None:
    """A command line of the README, or of a command's help, is one that the program takes."""
    words = split(shlex.split(re.split(" && | > ", line)[0], comments=True)[1:])
    command = tree.commands[words.command or INTERFACE]
    above = click.Context(tree, info_name="taskdeck", **tree.context_settings)
    context = command.make_context(command.name, list(words.rest), parent=above)
    parse(" ".join(context.params.get("words") or ()))
    parse(context.params.get("query") or "")


def test_every_exit_code_and_outcome_is_explained() -> None:
    """Each exit code, outcome, format and status that there is stands in the README."""
    chapter = TEXT[TEXT.index("### Exit codes") : TEXT.index("### Sandbox")]
    codes = {int(n) for cells in re.findall(r"^\| ([\d, ]+) \|", chapter, re.MULTILINE) for n in cells.split(",")}
    assert codes == set(Exit)
    assert all(f"| `{outcome.value}` |" in TEXT for outcome in Outcome)
    assert all(f"`{style}`" in TEXT for style in FORMATS)
    assert " ".join(TaskStatus) in TEXT
    assert all(f'"{key}": ' in TEXT for key in task_record(task("a:1"), NOW))


def test_the_filter_language_is_explained_as_it_is() -> None:
    """Every field with its aliases, example and every flag stands in the README; every example can be read."""
    for field in FIELDS:
        assert f"| `{field.example}` |".replace("(1|2|X)", r"(1\|2\|X)") in TEXT, field.name
        assert all(f"`{name}" in TEXT for name in (field.name, *field.aliases))
        parse(field.example)
    assert all(f"| `{flag}` |  | {what} |" in TEXT for flag, (_, what) in FLAGS.items())


def test_every_setting_is_explained() -> None:
    """Every key of the configuration, and what it is by itself, stands in the README."""
    for name, group in GROUPS.items():
        for field in fields(group):
            assert f"| `{name}.{field.name}` |" in TEXT
            assert all(f"`{choice}`" in TEXT for choice in field.metadata.get("choices", ()))
    keys = {"name", "found"}
    assert all(f"| `{field.name}` |" in TEXT for field in fields(Account) if field.name not in keys)
    assert all(f"`{platform}`" in TEXT for platform in PLATFORMS)


def test_the_defaults_said_are_the_defaults() -> None:
    """What the sandbox is by itself is what the README says."""
    chapter = TEXT[TEXT.index("### Sandbox") : TEXT.index("## Configuration")]
    options = SandboxOptions()
    assert (options.port, options.latency_ms, options.faults) == (0, 0.0, "")
    for name in ("seed", "speed", "tasks"):
        said = re.search(rf"--{name} .*\((\d+)\)", chapter)
        assert said
        assert float(said[1]) == getattr(options, name)
        assert next(p for p in tree.commands["sandbox"].params if p.name == name).default == getattr(options, name)
    assert {f.name for f in fields(ActionRequest)} >= {"failed", "most", "yes", "dry_run"}

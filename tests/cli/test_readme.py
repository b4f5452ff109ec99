"""What the README and the help topics say of the command line and the configuration is complete and true."""

import re
import shlex
from dataclasses import fields
from pathlib import Path
from typing import Any

import click
import pytest

from tests.support.command_deck import NOW, task
from tui.cli.act import ActionRequest
from tui.cli.argv import COMMANDS, LATER, OPTIONS, split
from tui.cli.commands import INTERFACE, tree
from tui.cli.examples import EXAMPLES
from tui.cli.exit_codes import Exit
from tui.cli.main import main
from tui.cli.output import FORMATS
from tui.domain.action import Outcome
from tui.domain.query import parse
from tui.domain.query.fields import FIELDS
from tui.domain.record import task_record
from tui.domain.status import TaskStatus
from tui.help import TOPICS, read
from tui.platforms.door import PLATFORMS
from tui.sandbox.serve import SandboxOptions
from tui.settings.model import Account

README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
TEXT = "\n".join([README, *map(read, TOPICS)])


def test_every_command_and_option_is_in_the_readme() -> None:
    """Each command has its line and each of its options is named, as are those that are accepted everywhere."""
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
    chapter = "\n".join(map(read, ("commands", "actions", "exit-codes", "sandbox")))
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", chapter))
    assert named <= known, named - known


def _lines() -> list[str]:
    blocks = re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line.startswith("taskdeck")]


@pytest.mark.parametrize("line", [line for line in _lines() if line.startswith("taskdeck --demo ")])
def test_every_command_of_the_readme_runs_on_the_demo(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    """It succeeds and prints something."""
    assert main(shlex.split(line)[1:]) == Exit.FINE
    assert capsys.readouterr().out.strip()


async def test_the_first_test_that_the_readme_shows_passes() -> None:
    """The Python block of the README, run as it stands."""
    (block,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    found: dict[str, Any] = {}
    exec(block, found)
    await next(value for name, value in found.items() if name.startswith("test_"))()


def test_the_readme_is_short() -> None:
    """At most 14,000 characters: everything else is in the help topics, which it links to."""
    assert len(README) <= 14_000
    assert all(f"tui/help/{topic}.md" in README for topic in TOPICS if topic != "sandbox")


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
    codes = {int(n) for n in re.findall(r"^\| (\d+) \|", read("exit-codes"), re.MULTILINE)}
    assert codes == set(Exit)
    assert all(f"| `{outcome.value}` |" in TEXT for outcome in Outcome)
    assert all(f"`{style}`" in TEXT for style in FORMATS)
    assert " ".join(TaskStatus) in TEXT
    assert all(f'"{key}": ' in TEXT for key in task_record(task("a:1"), NOW))


def test_every_example_of_the_filter_language_can_be_read() -> None:
    """The examples of the fields, and those of the README's table."""
    chapter = README[README.index("## Filters") : README.index("## On the command line")]
    shown = [text.replace("\\|", "|") for text in re.findall(r"^\| `(.*?)` \|", chapter, re.MULTILINE)]
    assert len(shown) > 5
    for example in (*shown, *(field.example for field in FIELDS)):
        parse(example)


def test_every_account_key_is_explained() -> None:
    """Every key of an account and every platform is in the settings topic."""
    keys = {"name", "found", "options", "address", "source"}
    assert all(f"| `{field.name}` |" in read("settings") for field in fields(Account) if field.name not in keys)
    assert all(f"`{platform}`" in read("settings") for platform in PLATFORMS)


def test_the_defaults_said_are_the_defaults() -> None:
    """The defaults of the sandbox are those that its topic names."""
    chapter = read("sandbox")
    options = SandboxOptions()
    assert (options.port, options.latency_ms, options.faults) == (0, 0.0, "")
    for name in ("seed", "speed", "tasks"):
        said = re.search(rf"--{name} .*\((\d+)\)", chapter)
        assert said
        assert float(said[1]) == getattr(options, name)
        assert next(p for p in tree.commands["sandbox"].params if p.name == name).default == getattr(options, name)
    assert {f.name for f in fields(ActionRequest)} >= {"failed", "most", "yes", "dry_run"}

"""The JSON of every command is what its schema in `tui/help/schema/` says (issue 16, "what shows that it is done")."""

import json
from importlib.resources import files
from typing import Any

import click
import pytest
import yaml
from jsonschema import Draft202012Validator, ValidationError
from referencing import Registry, Resource

from tests.support.commands import Answer, World
from tui.cli.commands import INTERFACE, tree

FOLDER = files("tui.help").joinpath("schema")
SCHEMAS = {
    entry.name.removesuffix(".json"): json.loads(entry.read_text("utf-8"))
    for entry in FOLDER.iterdir()
    if entry.name.endswith(".json")
}
REGISTRY: Registry[Any] = Registry().with_resource("objects.json", Resource.from_contents(SCHEMAS["objects"]))


def check(command: str, value: Any) -> None:
    """Hold a value against the command's schema."""
    Draft202012Validator(SCHEMAS[command], registry=REGISTRY).validate(value)


def _prints_json(command: click.Command) -> bool:
    styles = [param.type for param in command.params if param.name == "style"]
    return any(isinstance(kind, click.Choice) and {"json", "ndjson"} & set(kind.choices) for kind in styles)


def test_every_command_that_prints_json_has_a_schema_and_no_other() -> None:
    """`sandbox` prints its one line without being asked; `objects` holds what several are made of."""
    printing = {name for name, command in tree.commands.items() if name != INTERFACE and _prints_json(command)}
    assert set(SCHEMAS) == printing | {"sandbox", "objects"}
    for schema in SCHEMAS.values():
        Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize(
    "words", [("tasks",), ("tasks", "batch:any"), ("tasks", "status:failed"), ("tasks", "id:none")]
)
def test_lists(world: World, words: tuple[str, ...]) -> None:
    """As an array, and each line of ndjson as one of its items; YAML says the same values."""
    array = world(*words, "-o", "json").json
    check("tasks", array)
    check("tasks", [json.loads(line) for line in world(*words, "-o", "ndjson").lines])
    told = yaml.safe_load(world(*words, "-o", "yaml").out)
    assert _timeless(told) == _timeless(array)


def _timeless(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Without what differs between two runs of a command in a world that lives."""
    return [{key: value for key, value in row.items() if key not in {"duration", "queued", "fetched"}} for row in rows]


@pytest.mark.parametrize("platform", ["sevenbridges", "qarnot", "et-engine"])
def test_what_is_inside_a_batch_and_everything_of_a_task(world: World, platform: str) -> None:
    world.platform = platform
    world.configure({account["name"]: {} for account in world.accounts})
    batch = world.ref("batch:any")
    check("children", world("children", batch, "-o", "json").json)
    check("jobs", world("jobs", batch, "-o", "json").json)
    whole = world("show", batch, "-o", "json", "--raw").json
    check("show", whole)
    assert yaml.safe_load(world("show", batch, "-o", "yaml").out).keys() == whole.keys() - {"raw"}
    check("accounts", world("accounts", "--quota", "-o", "json").json)


def test_reports(world: World) -> None:
    check("triage", world("triage", "-o", "json").json)
    check("triage", world("triage", "--explain", "-o", "json").json)
    failed, done = world.ref("@cgc", "status:failed", "!batch:any"), world.ref("@cgc", "status:done", "!batch:any")
    check("diff", world("diff", failed, done, "-o", "json").json)
    check("outputs", world("outputs", done, "-o", "json").json)
    check("digest", world("digest", "-o", "json").json)
    for by in ("project", "app", "day"):
        check("cost", world("cost", "--by", by, "-o", "json").json)
    lines = world("grep", "error", failed, "-o", "ndjson").lines
    for line in lines:
        check("grep", json.loads(line))


ACTS = (
    ("run", "status:draft"), ("abort", "status:running"), ("delete", "status:draft"), ("abort", "status:done"),
    ("clone", "status:done"), ("hold", "status:done"), ("rerun", "status:failed"),
)  # fmt: skip


@pytest.mark.parametrize("words", ACTS)
def test_actions(world: World, words: tuple[str, str]) -> None:
    """Planned, refused, done: one shape."""
    word, which = words
    ref = world.ref("@cgc", which, "!batch:any")
    for more in (("--dry-run",), (), ("--yes",)):
        check(word, world(word, ref, *more, "-o", "json").json)
    world.answers = [Answer("POST", "/actions/", 500)]
    check(word, world(word, world.ref("@cgc", which), "--yes", "-o", "json").json)


def test_a_schema_refuses_what_is_wrong(world: World) -> None:
    """A missing key, another status, a time without Z."""
    (row,) = world("tasks", "--limit", "1", "-o", "json").json
    for wrong in ({"status": "fine"}, {"created": "2026-01-01T00:00:00+00:00"}, {"tags": None}, {"extra": 1}):
        with pytest.raises(ValidationError):
            check("tasks", [row | wrong])
    with pytest.raises(ValidationError):
        check("tasks", [{key: value for key, value in row.items() if key != "parent"}])

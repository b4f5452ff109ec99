"""One declaration, told everywhere: key map, commands, palette, help, README."""

import re

import click
import pytest
from textual.binding import Binding
from textual.dom import DOMNode

from tests.reference import FILES, FOLDER, MADE, filled
from tui.cli.argv import COMMANDS as COMMAND_LINE
from tui.cli.commands import tree
from tui.cli.exit_codes import Exit
from tui.cli.setup import print_keys
from tui.domain.query import FIELDS, FLAGS, parse
from tui.domain.status import TaskStatus
from tui.help import TOPICS, read
from tui.ui.commands import COMMANDS, expand, find
from tui.ui.console.handlers import RUNNERS
from tui.ui.keymap import ACTIONS, PANES, PLACES, Action, of_screen, on_screen
from tui.ui.log.pane import LogPane
from tui.ui.present.help import EXAMPLES, help_lines, key_lines, live_lines
from tui.ui.present.keys import key_pieces
from tui.ui.present.palette import entries, matching, ways
from tui.ui.screens.batch import BatchScreen
from tui.ui.screens.diff import DiffScreen
from tui.ui.screens.job import JobScreen
from tui.ui.screens.task import TaskScreen
from tui.ui.screens.tasks import TasksScreen
from tui.ui.screens.triage import TriageScreen
from tui.ui.screens.work import WorkScreen
from tui.ui.widgets.detail_tree import DetailTree
from tui.ui.widgets.gantt import Gantt
from tui.ui.widgets.strip import StatusStrip
from tui.ui.widgets.virtual_table import VirtualTable

HOLDERS: dict[str, type[DOMNode]] = {
    "screen": WorkScreen, "task": TaskScreen, "batch": BatchScreen, "job": JobScreen, "triage": TriageScreen,
    "diff": DiffScreen, "log": LogPane, "tree": DetailTree, "table": VirtualTable, "strip": StatusStrip, "bars": Gantt,
}  # fmt: skip
DIGITS = frozenset("23456789")


def made(holder: type[DOMNode]) -> list[Binding]:
    """The bindings that a class makes itself."""
    return [b if isinstance(b, Binding) else Binding(*b) for b in holder.__dict__["BINDINGS"]]


def said(topic: str = "") -> str:
    return "\n".join(line.plain for line in help_lines(topic))


@pytest.mark.parametrize("action", of_screen("tasks"), ids=lambda action: action.id)
def test_every_key_of_the_list_is_bound_does_something_and_stands_in_the_help(action: object) -> None:
    assert action in ACTIONS
    bound = {binding.id for binding in TasksScreen.BINDINGS}  # type: ignore[union-attr]
    assert action.id in bound  # type: ignore[attr-defined]
    method = action.action.partition("(")[0]  # type: ignore[attr-defined]
    if not method.startswith("app."):
        assert hasattr(TasksScreen, f"action_{method}")
    if not method.startswith("scope"):
        assert action.shown_keys in said()  # type: ignore[attr-defined]


@pytest.mark.parametrize("action", [a for p in PLACES for a in of_screen(p)], ids=lambda action: action.id)
def test_every_key_of_what_opens_from_the_list_is_bound_and_told_in_help_palette_topic_and_keys(
    action: Action, capsys: pytest.CaptureFixture[str]
) -> None:
    """A key that is declared and not bound, or bound where the declaration does not say so, fails here."""
    place = action.screen
    holder = HOLDERS[place]
    bound = next(b for b in made(holder) if b.id == action.id)
    assert (bound.key, bound.action) == (action.keys, action.action)
    method = action.action.partition("(")[0]
    assert method.startswith("app.") or hasattr(holder, f"action_{method}")
    assert action.shown_keys in "\n".join(line.plain for line in key_lines([action]))
    assert [e.help for e in matching(entries(lambda _: "", {}, [action]), action.id, fuzzy=False)] == [action.help]
    assert f"| `{action.shown_keys}` | {action.help} |" in read("keys")
    print_keys()
    assert f"{place}\t{action.shown_keys}\t\t{action.help}\n" in capsys.readouterr().out


@pytest.mark.parametrize("holder", [*HOLDERS.values()], ids=lambda holder: holder.__name__)
def test_no_key_of_what_opens_from_the_list_is_bound_besides_the_one_declaration(holder: type[DOMNode]) -> None:
    """Only moving about in a pane is the pane's own business."""
    ids = {action.id for action in ACTIONS}
    moves = ("move", "line", "edge", "page", "top", "bottom", "sideways")
    own = [b for b in made(holder) if not b.action.startswith(moves) or b.id]
    assert {b.id for b in own} <= ids


@pytest.mark.parametrize("screen", PANES)
@pytest.mark.parametrize("width", [60, 80, 160])
def test_the_line_of_keys_fits_and_names_what_is_needed_most(screen: str, width: int) -> None:
    line = "".join(text for text, _ in key_pieces(on_screen(screen, PANES[screen][:1]), width)).rstrip()
    assert len(line) <= width
    assert width < 80 or ("? help" in line and "q back" in line)


@pytest.mark.parametrize("width", range(40, 161))
def test_the_line_of_keys_of_the_list_is_never_cut(width: int) -> None:
    """Neither by a label nor by the gap behind the last one, whatever is left out."""
    for useless in ((), ("tasks.log",), ("tasks.log", "tasks.batch")):
        line = "".join(text for text, _ in key_pieces(of_screen("tasks"), width, useless))
        assert len(line) <= width


def test_the_help_of_a_screen_is_no_wider_than_its_page() -> None:
    for screen in PANES:
        assert max(line.cell_length for line in key_lines(on_screen(screen))) <= 74


@pytest.mark.parametrize("topic", ["", "filter", "commands", "status"])
def test_no_line_of_the_help_is_wider_than_the_narrowest_screen(topic: str) -> None:
    assert max(line.cell_length for line in help_lines(topic)) <= 74


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.word)
def test_every_command_runs_and_stands_in_the_palette_and_the_help(command: object) -> None:
    word = command.word  # type: ignore[attr-defined]
    assert word in RUNNERS or any(action.id == command.action for action in ACTIONS)  # type: ignore[attr-defined]
    assert any(entry.word == word for entry in entries(lambda _: "", {}))
    assert f":{word}" in said("commands")


def test_every_field_and_flag_stands_in_the_help() -> None:
    for name in (*(field.name for field in FIELDS), *FLAGS):
        assert name in said("filter")


@pytest.mark.parametrize("topic", ["", "filter", "status"])
def test_no_line_of_the_help_is_wider_than_its_page_and_no_sentence_is_cut(topic: str) -> None:
    assert max(line.cell_length for line in help_lines(topic)) <= 74
    text = " ".join(said(topic).split())
    told: tuple[str, ...] = ()
    if topic == "filter":
        told = (*(field.help for field in FIELDS), *(field.example for field in FIELDS))
    if not topic:  # in two columns: the words of a sentence stand below each other
        assert all(
            word in text for action in of_screen("tasks") if action.keys not in DIGITS for word in action.help.split()
        )
    assert all(" ".join(one.split()) in text for one in told)


def test_the_help_on_the_filter_begins_with_examples_that_can_be_read() -> None:
    assert said("filter").startswith("EXAMPLES")
    for text, _ in EXAMPLES:
        for one in text.split("  "):
            parse(one)


def test_the_help_says_what_each_status_means() -> None:
    lines = said("status").splitlines()
    for status in TaskStatus:
        line = next(line for line in lines if f" {status.value} " in line)
        assert len(line.partition(f" {status.value} ")[2].strip()) > 4


def test_the_keys_of_another_screen_do_not_run_into_their_words() -> None:
    lines = live_lines([("tab shift+tab", "the other pane"), ("q", "back"), ("x", "act")])
    assert [line.plain.split() for line in lines] == [
        ["tab", "shift+tab", "the", "other", "pane", "x", "act"],
        ["q", "back"],
    ]


@pytest.mark.parametrize("topic", MADE)
def test_the_help_topics_hold_the_tables_that_the_program_makes(topic: str) -> None:
    """`python -m tests.reference` writes them."""
    assert filled(topic) == (FOLDER / f"{topic}.md").read_text("utf-8")
    assert "<!--" not in read(topic)


@pytest.mark.parametrize("file", FILES)
def test_the_man_page_and_the_completions_are_those_that_the_program_makes(file: str) -> None:
    """`python -m tests.reference` writes them."""
    assert FILES[file]() == (FOLDER / file).read_text("utf-8")


def test_the_man_page_has_every_command_option_topic_and_exit_code() -> None:
    """And no line of it is a request to the formatter by chance."""
    text = (FOLDER / "man/taskdeck.1").read_text("utf-8")
    plain = text.replace("\\-", "-")
    for name in COMMAND_LINE:
        assert re.search(rf"^\.SS {name}\b", plain, re.MULTILINE), name
        for option in (o for p in tree.commands[name].params if isinstance(p, click.Option) for o in p.opts):
            assert option in plain, f"{name} {option}"
    assert all(f".B {topic}\n" in text for topic in TOPICS)
    assert all(f".B {int(code)}\n" in text for code in Exit)
    known = {".TH", ".SH", ".SS", ".TP", ".PP", ".B", ".br", ".nf", ".fi"}
    assert {line.split()[0] for line in text.splitlines() if line.startswith((".", "'"))} <= known


def test_aliases_take_their_arguments_and_two_marks_repeat_the_last_line() -> None:
    aliases = {"lu": "tasks project:luad status:$1", "x": "sort"}
    assert expand(":lu failed open", aliases, []) == "tasks project:luad status:failed open"
    assert expand("x cost desc", aliases, []) == "sort cost desc"
    assert expand("!!", aliases, ["group app"]) == "group app"
    assert expand("!!", aliases, []) == ""


def test_the_prompt_matches_beginnings_and_the_palette_letters() -> None:
    every = entries(lambda word: "", {"lu": "tasks x"})
    assert [e.word for e in matching(every, "gro", fuzzy=False)] == ["group"]
    assert matching(every, "ungrp", fuzzy=True)[0].word == "ungroup"
    assert [e.word for e in matching(every, "group app", fuzzy=False)] == ["group"]
    assert [e.word for e in matching(every, "lu", fuzzy=False)] == ["lu"]


def test_tab_completes_commands_fields_and_columns() -> None:
    def no_filter(text: str, cursor: int) -> list[object]:
        return []

    assert ("group ", find("group").help) in ways("gr", {}, no_filter)  # type: ignore[union-attr, arg-type]
    assert [line for line, _ in ways("sort cost desc,na", {}, no_filter)] == [
        "sort cost desc,name",
        "sort cost desc,native",
    ]  # type: ignore[arg-type]

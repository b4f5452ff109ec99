"""The commands, their formats, and the exit code of each way to end."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.clocks import HeldClock
from tests.support.command_deck import FakeDeck, ended, task
from tests.support.commands import Screen
from tui.cli.argv import COMMANDS
from tui.cli.main import main
from tui.domain.detail import TaskDetail
from tui.domain.errors import AuthRefused, Forbidden, NotFound, PlatformDown, RateLimited, Unreachable
from tui.domain.log import LogIndex, LogSource, Stream
from tui.domain.status import TaskStatus
from tui.domain.task import Kind, TaskRef
from tui.help import TOPICS, read
from tui.platforms.protocols import Page

CONFIG = """
[accounts.a]
platform = "qarnot"
token = { env = "T" }
[accounts.b]
platform = "qarnot"
token = { env = "T" }
"""
Taskdeck = Callable[..., tuple[int, str, str]]


@pytest.fixture
def deck() -> FakeDeck:
    return FakeDeck()


@pytest.fixture
def taskdeck(deck: FakeDeck, home: Path, capsys: pytest.CaptureFixture[str]) -> Taskdeck:
    (home / "config/taskdeck").mkdir(parents=True)
    (home / "config/taskdeck/config.toml").write_text(CONFIG)

    def call(*words: str) -> tuple[int, str, str]:
        code = main(words, make_deck=deck, clock=HeldClock())
        out, err = capsys.readouterr()
        return code, out, err

    return call


def test_a_table_on_a_terminal_stops_at_500_rows(deck: FakeDeck, taskdeck: Taskdeck, monkeypatch: Any) -> None:
    """A table on a terminal stops at 500 rows and says how many more there are; no other format does."""
    deck.pages = {"a": [Page(tuple(task(f"a:{n}") for n in range(1, 1701)))]}
    for words, lines, said in (
        ((), 501, "1,200 more"), (("-o", "wide"), 501, "1,200 more"), (("--limit", "510"), 501, "10 more"),
        (("--limit", "500"), 501, ""), (("-o", "tsv"), 1700, ""), (("-o", "ndjson"), 1700, ""),
    ):  # fmt: skip
        out, err = Screen(), Screen()
        monkeypatch.setattr("sys.stdout", out)
        monkeypatch.setattr("sys.stderr", err)
        assert main(["tasks", *words], make_deck=deck, clock=HeldClock()) == 0
        assert (out.getvalue().count("\n"), said in err.getvalue(), bool(err.getvalue())) == (lines, True, bool(said))
    monkeypatch.undo()


def test_a_table_in_a_pipe_is_whole(deck: FakeDeck, taskdeck: Taskdeck) -> None:
    deck.pages = {"a": [Page(tuple(task(f"a:{n}") for n in range(1, 602)))]}
    assert taskdeck("tasks", "-o", "table")[1].count("\n") == 602


@pytest.mark.parametrize("words", [("--help",), ("-h",), ("status:failed", "--help"), ("--demo", "--help")])
def test_help_names_every_command(taskdeck: Taskdeck, words: tuple[str, ...]) -> None:
    """`--help` lists every command in the order of the README; a command's own lists its options."""
    code, out, err = taskdeck(*words)
    listed = [line.split()[0] for line in out.partition("Commands:")[2].splitlines() if line.startswith("  ")]
    assert (code, listed[: len(COMMANDS)], err) == (0, list(COMMANDS), "")
    assert taskdeck("tasks", "-h")[1].startswith("Usage: taskdeck tasks [OPTIONS] [FILTER]...")


@pytest.mark.parametrize(
    ("words", "same"),
    [(("help",), ("--help",)), (("help", "tasks"), ("tasks", "--help")), (("version",), ("--version",))],
)
def test_help_and_version_are_asked_for_as_elsewhere(
    taskdeck: Taskdeck, words: tuple[str, ...], same: tuple[str, ...]
) -> None:
    """`help`, `help COMMAND` and `version` print what the options print; with more words they are a filter."""
    code, out, err = taskdeck(*words)
    assert (code, out, err) == (0, taskdeck(*same)[1], "")
    assert out
    for filtered in (("help", "desk", "lamp"), ("version", "2"), ("--", "help", "desk")):
        assert "the interface needs a terminal" in taskdeck(*filtered)[2]


@pytest.mark.parametrize("topic", TOPICS)
def test_u16_help_prints_every_topic(taskdeck: Taskdeck, topic: str) -> None:
    """A topic is printed as it is in the file, whatever accounts there are; the help of a command of its name goes
    first."""
    code, out, err = taskdeck("help", topic)
    assert (code, err) == (0, "")
    assert out == (f"{taskdeck(topic, '--help')[1]}\n{read(topic)}" if topic in COMMANDS else read(topic))


def test_u16_help_on_nothing_names_the_topics(taskdeck: Taskdeck) -> None:
    """What is neither a command nor a topic is a usage error, not a filter that opens the interface."""
    code, out, err = taskdeck("help", "filtr")
    assert (code, out) == (2, "")
    assert "filter" in err


def test_the_list_is_merged_newest_first_and_then_cut(deck: FakeDeck, taskdeck: Taskdeck) -> None:
    deck.pages = {
        "a": [Page((task("a:1", age=5), task("a:2", age=None))), Page((task("a:1", age=5), task("a:0", age=7)))],
        "b": [Page((task("b:3", age=6), task("b:1", age=5)))],
    }
    refs = [r["ref"] for r in json.loads(taskdeck("tasks", "-o", "json")[1])]
    assert refs == ["a:1", "b:1", "b:3", "a:0", "a:2"]
    assert [line.split("\t")[0] for line in taskdeck("tasks", "--limit", "2")[1].splitlines()] == ["a:1", "b:1"]
    assert [r["ref"] for r in json.loads(taskdeck("--account", "b", "tasks", "-o", "json")[1])] == ["b:3", "b:1"][::-1]


def test_every_format_takes_dotted_fields(deck: FakeDeck, taskdeck: Taskdeck) -> None:
    deck.pages = {"a": [Page((task("a:1", tags=("x", "y")),))]}
    fields = ("--fields", "ref,counts.done,tags")
    assert json.loads(taskdeck("tasks", "-o", "json", *fields)[1]) == [
        {"ref": "a:1", "counts.done": None, "tags": ["x", "y"]}
    ]
    assert taskdeck("tasks", "-o", "ndjson", *fields)[1].count("\n") == 1
    rows = list(csv.reader(io.StringIO(taskdeck("tasks", "-o", "csv", *fields)[1])))
    assert rows == [["ref", "counts.done", "tags"], ["a:1", "", '["x", "y"]']]
    assert taskdeck("tasks", *fields)[1] == 'a:1\t\t["x", "y"]\n'
    assert taskdeck("tasks", "-o", "table", "--fields", "ref")[1] == "REF\na:1\n"
    code, _, err = taskdeck("tasks", "--fields", "nmae")
    assert (code, "nmae is not a field" in err) == (2, True)


@pytest.mark.parametrize(
    ("error", "code"),
    [(AuthRefused, 4), (Forbidden, 8), (NotFound, 5), (Unreachable, 6), (PlatformDown, 6), (RateLimited, 7)],
)
def test_an_account_that_fails_gives_no_rows_and_its_code(
    deck: FakeDeck, taskdeck: Taskdeck, error: type[Any], code: int
) -> None:
    deck.pages = {"a": [Page((task("a:1"),)), error("a", "listing tasks", "no")], "b": [Page((task("b:1"),))]}
    got, out, err = taskdeck("tasks", "-o", "json", "--fields", "ref")
    assert (got, json.loads(out)) == (code, [{"ref": "b:1"}])
    advice = ": the token is refused; renew the token; where it comes from: taskdeck accounts list --account a"
    assert err == f"taskdeck: a: listing tasks: no{advice if error is AuthRefused else ''}\n"
    got, out, _ = taskdeck("tasks", "--partial", "-o", "json", "--fields", "ref")
    assert (got, len(json.loads(out))) == (code, 2)


def test_the_worst_of_several_accounts_tells(deck: FakeDeck, taskdeck: Taskdeck) -> None:
    deck.pages = {"a": [Unreachable("a", "x", "y")], "b": [AuthRefused("b", "x", "y")]}
    assert taskdeck("tasks")[0] == 4


def test_r20_rows_left_out_are_said_and_change_no_code(deck: FakeDeck, taskdeck: Taskdeck) -> None:
    deck.pages = {"a": [Page((task("a:1"),), unreadable=2)]}
    code, out, err = taskdeck("tasks")
    assert (code, out.count("\n"), err) == (0, 1, "taskdeck: a: 2 unreadable, left out\n")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["taks"], 2, "did you mean tasks?"),
        (["plot"], 2, "planned, not implemented yet"),
        (["tasks", "-o", "xml"], 2, "xml"),
        (["tasks", "--account", "c"], 2, "no account c"),
        (["--config", "/no/such", "tasks"], 2, "does not exist"),
        (["show", "a:9"], 5, "no such task"),
        (["show", "c:9"], 2, "no account c"),
        (["show", "nine"], 2, "is not a reference"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_a_code(taskdeck: Taskdeck, words: list[str], code: int, said: str) -> None:
    got, out, err = taskdeck(*words)
    assert (got, out, err.count("\n")) == (code, "", 1)
    assert said in err


def test_no_account_anywhere_needs_a_login(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tasks"]) == 4
    assert "--demo" in capsys.readouterr().err


def test_r12_a_broken_proxy_variable_is_named_first(taskdeck: Taskdeck, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks5://user:secret@h:1")
    code, _, err = taskdeck("tasks")
    assert (code, "ALL_PROXY" in err, "secret" in err) == (2, True, False)


def test_show_prints_the_task_with_its_detail(deck: FakeDeck, taskdeck: Taskdeck) -> None:
    deck.details["a:1"] = TaskDetail(task=task("a:1"), inputs={"ref": "hg38"}, raw=b'{"x": 1}')
    shown = json.loads(taskdeck("show", "a:1", "-o", "json", "--raw")[1])
    assert (shown["ref"], shown["detail"]["inputs"], shown["raw"]) == ("a:1", {"ref": "hg38"}, {"x": 1})
    assert "    ref  hg38\n" in taskdeck("show", "a:1")[1]


def test_children_of_a_plain_task_are_none_and_a_hint(deck: FakeDeck, taskdeck: Taskdeck) -> None:
    deck.looks = {"a:1": [task("a:1")], "a:2": [task("a:2", kind=Kind.BATCH)]}
    deck.pages = {"a:2": [Page((task("a:3"),))]}
    code, out, err = taskdeck("children", "a:1", "-o", "json")
    assert (code, out, "jobs a:1" in err) == (0, "[]\n", True)
    assert taskdeck("children", "a:2", "--fields", "ref")[1] == "a:3\n"
    code, out, err = taskdeck("jobs", "a:2", "-o", "json")
    assert (code, out, "children a:2" in err) == (0, "[]\n", True)


def test_a_log_is_cleaned_and_cut_to_its_last_lines(deck: FakeDeck, taskdeck: Taskdeck) -> None:
    deck.index = LogIndex((LogSource(TaskRef("a", "1"), "stdout", Stream.STDOUT, "k"),))
    deck.text = b"one\r\n\x1b[31mtwo\x1b[0m\n\x1b]0;evil\x07three\ttab"
    assert taskdeck("logs", "a:1")[1] == "one\ntwo\n␛]0;evil␇three\ttab\n"
    assert taskdeck("logs", "a:1", "--tail", "1")[1].startswith("␛]0;")
    code, out, err = taskdeck("logs", "a:1", "--stderr")
    assert (code, out, "has no stderr log" in err) == (0, "", True)


@pytest.mark.parametrize("end", ["", "\n"])
def test_the_last_lines_are_looked_for_backwards(deck: FakeDeck, taskdeck: Taskdeck, end: str) -> None:
    """As many as asked for, however far from the end they begin, with or without a newline behind the last."""
    deck.index = LogIndex((LogSource(TaskRef("a", "1"), "stdout", Stream.STDOUT, "k"),))
    lines = [f"{number} {'x' * 1_000}" for number in range(3_000)]
    deck.text = ("\n".join(lines) + end).encode()
    for count in (1, 2, 100, 2_500, 3_000, 4_000):
        assert taskdeck("logs", "a:1", "--tail", str(count))[1].splitlines() == lines[-count:]


def test_a_line_without_end_is_cut_and_not_held(
    deck: FakeDeck, taskdeck: Taskdeck, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is behind the characters that are printed of a line is not kept; the next line is whole again."""
    deck.index = LogIndex((LogSource(TaskRef("a", "1"), "stdout", Stream.STDOUT, "k"),))
    deck.text = b"y" * 6_000_000 + b"\nnext\n"
    long, following = taskdeck("logs", "a:1")[1].splitlines()
    assert (len(long), long[-1], following) == (100_000, "…", "next")
    monkeypatch.setattr("tui.cli.logs._BACK", 3_000_000)
    code, out, err = taskdeck("logs", "a:1", "--tail", "2")
    assert (code, out.splitlines()[-1], "2 lines are more than 2 MB" in err) == (0, "next", True)


def test_a_log_can_begin_at_a_time(deck: FakeDeck, taskdeck: Taskdeck) -> None:
    deck.index = LogIndex((LogSource(TaskRef("a", "1"), "stdout", Stream.STDOUT, "k"),))
    deck.text = b"2026-11-24T13:00:00Z old\n  more\n2026-11-24 15:30:00 new\n  its rest\n"
    assert taskdeck("logs", "a:1", "--since", "2h")[1] == "2026-11-24 15:30:00 new\n  its rest\n"
    code, out, err = taskdeck("logs", "a:1", "--since", "5m")
    assert (code, out, "no line so young" in err) == (0, "", True)


def test_a_log_with_nothing_in_it_says_so(deck: FakeDeck, taskdeck: Taskdeck) -> None:
    deck.index = LogIndex((LogSource(TaskRef("a", "1"), "stdout", Stream.STDOUT, "k"),))
    for words in ((), ("--tail", "3")):
        code, out, err = taskdeck("logs", "a:1", *words)
        assert (code, out, err.count("a:1 has nothing in its stdout log")) == (0, "", 1)
    deck.text = b"a line"
    assert "nothing" not in taskdeck("logs", "a:1", "--tail", "0")[2]


@pytest.mark.parametrize(
    ("ends", "words", "code"),
    [
        (("done", "done"), (), 0), (("failed", "done"), (), 1), (("aborted", "failed"), (), 3),
        (("done", "running"), ("--any",), 0), (("failed", "running"), ("--fail-fast",), 1),
        (("done", "running"), ("--timeout", "20s"), 124),
    ],
)  # fmt: skip
def test_wait_tells_how_they_ended(
    deck: FakeDeck, taskdeck: Taskdeck, ends: tuple[str, str], words: tuple[str, ...], code: int
) -> None:
    for ref, end in zip(("a:1", "b:1"), ends, strict=True):
        deck.looks[ref] = [task(ref), PlatformDown("a", "reading", "503"), ended(task(ref), TaskStatus(end))]
    got, out, err = taskdeck("wait", "a:1", "b:1", *words)
    assert got == code
    assert out.splitlines()[:2] == ["a:1 running", "b:1 running"]
    assert f"a:1 {ends[0]}" in out
    assert "503" in err


def test_accounts_say_where_their_tokens_are(taskdeck: Taskdeck) -> None:
    assert taskdeck("accounts")[1].splitlines()[0].endswith("environment variable T")
    assert [line.split("\t")[:3] for line in taskdeck("accounts", "test")[1].splitlines()] == [
        ["a", "ok", "user-a"], ["b", "ok", "user-a"]
    ]  # fmt: skip
    code, out, _ = taskdeck("doctor")
    assert (code, "environment variable T is not set" in out) == (2, True)


def test_r09_a_fault_of_ours_is_one_line_and_a_report_without_values(
    deck: FakeDeck, taskdeck: Taskdeck, home: Path
) -> None:
    deck.pages = {"a": [ValueError("a remote secret")]}
    code, out, err = taskdeck("tasks")
    assert (code, out, err.count("\n")) == (70, "", 1)
    (report,) = (home / "state/taskdeck/reports").iterdir()
    text = report.read_text()
    assert "tui.cli.tasks" in text
    assert "ValueError" in text
    assert "secret" not in text + err
    assert report.stat().st_mode & 0o777 == 0o600


def test_r09_the_line_comes_even_if_the_report_cannot_be_written(
    deck: FakeDeck, taskdeck: Taskdeck, home: Path
) -> None:
    (home / "state").write_text("no directory")
    deck.pages = {"a": [ValueError("x")]}
    code, _, err = taskdeck("tasks")
    assert (code, "no report could be written" in err) == (70, True)


def test_a_list_cut_short_on_purpose_is_not_complete(deck: FakeDeck, taskdeck: Taskdeck) -> None:
    deck.pages = {"a": [Page((task("a:1"),), capped="half of the budget is spent")]}
    code, out, err = taskdeck("tasks", "--partial", "-o", "table")
    assert code == 7
    assert "a:1" in out
    assert "half of the budget" in err


@pytest.mark.parametrize("words", [(), ("status:failed",), ("--", "shwo"), ("--read-only",)])
def test_r45_without_a_terminal_the_interface_is_refused(taskdeck: Taskdeck, words: tuple[str, ...]) -> None:
    code, out, err = taskdeck(*words)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "needs a terminal" in err

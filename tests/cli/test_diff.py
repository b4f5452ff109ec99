"""`diff`: only differences, and status 1 when there are any."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.support.clocks import HeldClock
from tests.support.command_deck import FakeDeck, task
from tui.cli.main import main
from tui.domain.detail import FileRef, TaskDetail
from tui.domain.status import TaskStatus
from tui.domain.task import Kind, TaskRef
from tui.platforms.protocols import Page

Diff = Callable[..., tuple[int, Any, str]]


@pytest.fixture
def deck() -> FakeDeck:
    return FakeDeck()


@pytest.fixture
def diff(deck: FakeDeck, home: Path, capsys: pytest.CaptureFixture[str]) -> Diff:
    (home / "config/taskdeck").mkdir(parents=True)
    (home / "config/taskdeck/config.toml").write_text('[accounts.a]\nplatform = "qarnot"\ntoken = { env = "T" }\n')

    def call(*words: str) -> tuple[int, Any, str]:
        code = main(["diff", *words], make_deck=deck, clock=HeldClock())
        out, err = capsys.readouterr()
        return code, json.loads(out) if "json" in words else out, err

    return call


def known(deck: FakeDeck, ref: str, ref_id: str, **fields: Any) -> None:
    one = task(ref, app="bwa", status=TaskStatus.DONE, **fields)
    deck.details[ref] = TaskDetail(task=one, inputs={"ref": FileRef(ref_id, "hg38.fa"), "n": 2})


def test_two_tasks(deck: FakeDeck, diff: Diff) -> None:
    """One document with both references; 1 when anything differs, else 0."""
    known(deck, "a:1", "f1")
    known(deck, "a:2", "f2")
    code, document, _ = diff("a:1", "a:2", "-o", "json")
    file = {"class": "File", "path": "f1", "name": "hg38.fa"}
    assert code == 1
    assert document == {
        "a": "a:1",
        "b": "a:2",
        "differences": [{"path": "inputs.ref", "a": file, "b": file | {"path": "f2"}}],
    }
    assert diff("a:1", "a:1", "-o", "json")[:2] == (0, {"a": "a:1", "b": "a:1", "differences": []})
    assert diff("a:1", "a:2")[1].splitlines() == [
        "a  a:1  done  name of a:1",
        "b  a:2  done  name of a:2",
        "PATH        A             B",
        "inputs.ref  hg38.fa (f1)  hg38.fa (f2)",
    ]
    assert "no difference" in diff("a:1", "a:1")[1]


def test_times_are_told_as_the_lists_tell_them(deck: FakeDeck, diff: Diff) -> None:
    """`9m18s`, as in the tables, and seconds in JSON."""
    known(deck, "a:1", "f1", total_time=timedelta(seconds=558))
    known(deck, "a:2", "f1", total_time=timedelta(hours=1, seconds=40, microseconds=7))
    assert diff("a:1", "a:2")[1].splitlines()[-1].split() == ["duration", "9m18s", "1h40s"]
    assert diff("a:1", "a:2", "-o", "json")[1]["differences"][0]["a"] == 558


def test_a_long_value_widens_no_other_line(deck: FakeDeck, diff: Diff) -> None:
    """Into a pipe values are whole, but the lines of the short ones stay short."""
    known(deck, "a:1", "f" * 4_000)
    known(deck, "a:2", "f2", name="other")
    lines = diff("a:1", "a:2")[1].splitlines()
    assert any("f" * 4_000 in line for line in lines)
    assert all(len(line) < 200 for line in lines if "f" * 4_000 not in line)


def test_lists_of_ten_thousand_files_name_the_first_and_count_the_rest(deck: FakeDeck, diff: Diff) -> None:
    """As the inputs of a batch with 10,000 children; JSON has all of them."""
    for ref, letter in (("a:1", "x"), ("a:2", "y")):
        files = [FileRef(f"{letter}{n}") for n in range(10_000)]
        deck.details[ref] = TaskDetail(task=task(ref), inputs={"bams": files})
    line = diff("a:1", "a:2")[1].splitlines()[-1]
    assert line.split("  ")[1:] == [
        f"{', '.join(f'{letter}{n}' for n in range(8))} and 9,992 more" for letter in ("x", "y")
    ]
    found = diff("a:1", "a:2", "-o", "json")[1]["differences"][0]
    assert [len(found[side]) for side in ("a", "b")] == [10_000, 10_000]


def test_one_task_against_the_last_success(deck: FakeDeck, diff: Diff) -> None:
    """Which it is compared with is said; without any it is status 5."""
    known(deck, "a:1", "f1")
    known(deck, "a:9", "f2")
    deck.pages = {"a": [Page((task("a:1", app="bwa"), task("a:9", app="bwa", status=TaskStatus.DONE)))]}
    code, document, err = diff("a:1", "-o", "json")
    assert (code, document["b"]) == (1, "a:9")
    assert "the last success of the same app" in err
    deck.pages = {}
    code, out, err = diff("a:1")
    assert (code, out) == (5, "")
    assert "no other task of its app succeeded" in err


def test_a_child_against_its_nearest_sibling(deck: FakeDeck, diff: Diff) -> None:
    """The batch's own good children are nearer than any other task."""
    parent = TaskRef("a", "b")
    known(deck, "a:1", "f1", parent=parent, arguments={"seed": "4"})
    known(deck, "a:3", "f1")
    deck.looks = {"a:b": [task("a:b", kind=Kind.BATCH)]}
    deck.pages = {
        "a:b": [Page(tuple(task(f"a:{n}", status=TaskStatus.DONE, arguments={"seed": str(n)}) for n in (3, 9)))],
        "a": [Page((task("a:7", app="bwa", status=TaskStatus.DONE),))],
    }
    code, document, err = diff("a:1", "-o", "json")
    assert (code, document["b"]) == (0, "a:3")
    assert "nearest sibling" in err

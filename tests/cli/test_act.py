"""Actions against the sandbox, in this process."""

import json

import pytest

from tui.cli.main import main


@pytest.fixture
def ref(capsys: pytest.CaptureFixture[str]) -> str:
    """A task of the demo that is still queued."""
    assert main(["--demo", "tasks", "-o", "json"]) == 0
    return next(r["ref"] for r in json.loads(capsys.readouterr().out) if r["status"] == "queued")


def test_an_action_is_planned_confirmed_and_then_sent(ref: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--demo", "abort", ref, "--dry-run"]) == 0
    assert capsys.readouterr().out == f"{ref} planned\n"
    assert main(["--demo", "abort", ref]) == 8
    out, err = capsys.readouterr()
    assert (out, "cannot be undone" in err, "not confirmed" in err) == ("", True, True)
    assert main(["--demo", "abort", ref, "--yes", "--read-only"]) == 8
    assert "read-only" in capsys.readouterr().err
    assert main(["--demo", "abort", ref, "--yes", "-o", "json"]) == 0
    (result,) = json.loads(capsys.readouterr().out)
    assert (result["ref"], result["action"], result["outcome"]) == (ref, "abort", "done")


@pytest.mark.parametrize(
    ("words", "code"),
    [(["abort", "cgc:none", "--yes"], 5), (["run", "nope:1", "--yes"], 2), (["run", "cgc:1", "--failed"], 2),
     (["rerun", "cgc:1", "--set", "x"], 2), (["abort", "cgc:1"], 5), (["abort"], 2)],
)  # fmt: skip
def test_what_cannot_be_tried_sends_nothing(words: list[str], code: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--demo", *words]) == code
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)

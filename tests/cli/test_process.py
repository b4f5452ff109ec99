"""Real processes against a real sandbox on loopback: streams, signals, terminals, start-up."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from tests.support.terminal import Terminal
from tests.support.waiting import PATIENCE

ME = [sys.executable, "-m", "tui"]


@dataclass(frozen=True)
class Served:
    """A sandbox that is running."""

    process: "subprocess.Popen[str]"
    line: str
    config: Path

    @property
    def base(self) -> str:
        return str(json.loads(self.line)["accounts"][0]["url"]).split("/sevenbridges")[0]

    def ask(self, path: str, body: object = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        with urlopen(Request(f"{self.base}/_sandbox/{path}", data)) as answer:
            return json.load(answer)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    place = tmp_path_factory.mktemp("served")
    with subprocess.Popen([*ME, "sandbox", "--tasks", "60"], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        line = process.stdout.readline()
        config = place / "config.toml"
        text = ""
        for a in json.loads(line)["accounts"]:
            token = place / f"{a['name']}.token"
            token.touch(0o600)
            token.write_text(a["token"])
            text += f'[accounts.{a["name"]}]\nplatform = "{a["platform"]}"\nurl = "{a["url"]}"\n'
            text += f'token = {{ file = "{token}" }}\n'
        config.write_text(text)
        yield Served(process, line, config)
        process.terminate()
        assert process.wait(PATIENCE) == 143


def run(served: Served, *words: str, **options: Any) -> "subprocess.CompletedProcess[str]":
    environment = os.environ | {"TASKDECK_CONFIG": str(served.config)}
    return subprocess.run(
        [*ME, *words], text=True, timeout=PATIENCE, **{"env": environment, "capture_output": True} | options
    )


def test_the_sandbox_says_where_it_is_in_one_line(served: Served) -> None:
    """One JSON line names each account with name, platform, url on loopback, and token; then it serves."""
    assert served.line.endswith("\n")
    accounts = json.loads(served.line)["accounts"]
    assert all(set(a) == {"name", "platform", "url", "token"} for a in accounts)
    assert all(a["url"].startswith("http://127.0.0.1:") for a in accounts)
    assert {"cgc"} <= {a["name"] for a in accounts}


def test_a_command_reads_real_http(served: Served) -> None:
    """`python -m tui tasks` prints the tasks of every account, and nothing on stderr."""
    done = run(served, "tasks", "-o", "json")
    assert (done.returncode, done.stderr) == (0, "")
    assert {row["account"] for row in json.loads(done.stdout)} == {
        a["name"] for a in json.loads(served.line)["accounts"]
    }


def test_an_action_stands_in_the_ledger_once(served: Served) -> None:
    """The sandbox's ledger holds each change that a command made, once; its clock can be moved by hand."""
    rows = json.loads(run(served, "tasks", "status:draft", "account:cgc", "-o", "json").stdout)
    before = served.ask("ledger")
    done = run(served, "delete", rows[0]["ref"], "--yes")
    assert (done.returncode, done.stdout) == (0, f"{rows[0]['ref']} done\n")
    (entry,) = served.ask("ledger")[len(before) :]
    assert (entry["verb"], entry["id"], entry["outcome"]) == ("delete", rows[0]["id"], "done")
    assert "now" in served.ask("clock", {"advance": 1})


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 130)])
def test_r44_a_waiting_command_ends_at_once_on_a_signal(served: Served, number: signal.Signals, code: int) -> None:
    """SIGTERM, SIGHUP and ctrl+c end a command that waits, at once and without a word: 143, 129, 130."""
    rows = json.loads(run(served, "tasks", "status:running", "-o", "json").stdout)
    command = [*ME, "--config", str(served.config), "wait", rows[-1]["ref"]]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == f"{rows[-1]['ref']} running\n"
        process.send_signal(number)
        try:
            out, err = process.communicate(timeout=PATIENCE)
        finally:
            process.kill()  # one that did not end would be waited for, and the whole suite with it
        assert (process.returncode, out, err) == (code, "", "")


def test_a_reader_that_has_seen_enough_is_not_told_off(served: Served) -> None:
    """`taskdeck tasks | head -1` is quiet: the closed pipe is no error."""
    command = f"{' '.join(ME)} --config {served.config} children BATCH -o json | head -c 1"
    batch = json.loads(run(served, "tasks", "batch:any", "-o", "json").stdout)[0]["ref"]
    done = subprocess.run(command.replace("BATCH", batch), shell=True, capture_output=True, text=True, timeout=PATIENCE)
    assert (done.stdout, done.stderr) == ("[", "")


def test_output_that_cannot_be_written_is_one_line(served: Served) -> None:
    """A full disk behind stdout, or a closed stdout, is one line and 2; never a traceback. What nobody can hear changes
    no code."""
    with open("/dev/full", "w") as full:  # noqa: PTH123
        done = run(served, "paths", capture_output=False, stdout=full, stderr=subprocess.PIPE)
        unheard = run(served, "tasks", "--account", "nobody", capture_output=False, stdout=full, stderr=full)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "cannot be written" in done.stderr
    assert unheard.returncode == 2
    done = run(served, "paths", capture_output=False, stderr=subprocess.PIPE, preexec_fn=lambda: os.close(1))
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)


def test_r46_any_locale_will_do(served: Served) -> None:
    """In a locale without UTF-8 the text has question marks and JSON escapes; nothing fails."""
    narrow = os.environ | {"TASKDECK_CONFIG": str(served.config), "PYTHONIOENCODING": "latin-1", "LC_ALL": "C"}
    for words in (["tasks", "-o", "table"], ["tasks", "-o", "json"], ["keys"]):
        assert run(served, *words, env=narrow).returncode == 0


def test_a_terminal_gets_a_table_and_a_pipe_gets_none_of_it(served: Served) -> None:
    """On a terminal: a table in colour, without colour under NO_COLOR; the question waits and ctrl+c ends it: 130."""
    environment = os.environ | {"TASKDECK_CONFIG": str(served.config), "TERM": "xterm"}
    with Terminal([*ME, "tasks", "--limit", "5"], environment=environment) as terminal:
        assert terminal.wait() == 0
        assert b"STATUS" in terminal.output
        assert b"\x1b[" in terminal.output
    with Terminal([*ME, "tasks", "--limit", "5"], environment=environment | {"NO_COLOR": "1"}) as terminal:
        assert terminal.wait() == 0
        assert b"\x1b" not in terminal.output
    ref = json.loads(run(served, "tasks", "status:running", "-o", "json").stdout)[0]["ref"]
    before = served.ask("ledger")
    with Terminal([*ME, "abort", ref], environment=environment) as terminal:
        terminal.wait_for(b"to confirm")
        terminal.send("\x03")
        assert terminal.wait() == 130
    assert served.ask("ledger") == before


def test_a_start_loads_only_what_the_command_needs(served: Served) -> None:
    """A command that asks platforms loads neither Textual nor the interface; one that asks nobody loads no HTTP either.
    `python -m tests.bench start` measures the seconds."""

    def loaded(*words: str) -> set[str]:
        done = subprocess.run(
            [sys.executable, "-X", "importtime", "-m", "tui", "--config", str(served.config), *words],
            capture_output=True, text=True, timeout=PATIENCE, check=True,
        )  # fmt: skip
        lines = [line for line in done.stderr.splitlines() if line.startswith("import time")]
        return {line.rsplit("|", 1)[-1].strip() for line in lines}

    asking = loaded("tasks")
    assert "httpx" in asking
    assert not {name for name in asking if name.split(".")[0] == "textual" or name.startswith("tui.ui.widgets")}
    alone = {name.split(".")[0] for name in loaded("paths")}
    assert alone.isdisjoint({"textual", "rich", "httpx", "pydantic", "starlette", "uvicorn"})


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_a_script_for_each_shell(served: Served, shell: str) -> None:
    """`completion SHELL` prints a script that asks this program; another shell is a mistake."""
    done = run(served, "completion", shell)
    assert (done.returncode, done.stderr, "_TASKDECK_COMPLETE" in done.stdout) == (0, "", True)
    assert run(served, "completion", "tcsh").returncode == 2


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("taskdeck tri", {"triage"}),
        ("taskdeck sho", {"show"}),
        ("taskdeck tasks --li", {"--limit"}),
        ("taskdeck tasks --acc", {"--account"}),
        ("taskdeck --account ca", {"cavatica"}),
        ("taskdeck tasks --account cg", {"cgc"}),
        ("taskdeck tasks -o nd", {"ndjson"}),
        ("taskdeck completion z", {"zsh"}),
        ("taskdeck interf", {""}),
        ("taskdeck tasks stat", {"status:"}),
        ("taskdeck tasks status : fai", {"failed"}),
        ("taskdeck tasks @cg", {"@cgc"}),
        ("taskdeck tasks --fields ref,native", {"ref,native_status"}),
        ("taskdeck show cg", {"cgc:"}),
        ("taskdeck abort cgc : zzz", {""}),
    ],
)
def test_completion_knows_commands_options_and_accounts(served: Served, line: str, expected: set[str]) -> None:
    """A shell is offered commands, options, choices and the names of accounts."""
    words = line.split(" ")
    asked = {"_TASKDECK_COMPLETE": "bash_complete", "COMP_WORDS": line, "COMP_CWORD": str(len(words) - 1)}
    environment = os.environ | asked | {"TASKDECK_CONFIG": str(served.config)}
    done = run(served, env=environment)
    assert done.returncode == 0, done.stderr
    assert {item.partition(",")[2] for item in done.stdout.splitlines()} == expected


def test_bash_completes_with_the_script(served: Served) -> None:
    """The script works in a real bash."""
    script = run(served, "completion", "bash").stdout
    place = served.config.parent / "bin"
    place.mkdir(exist_ok=True)
    program = place / "taskdeck"
    program.write_text(f'#!/bin/sh\nexec {" ".join(ME)} "$@"\n')
    program.chmod(0o755)
    code = f'{script}\nCOMP_WORDS=(taskdeck acc); COMP_CWORD=1; _taskdeck_completion taskdeck; echo "${{COMPREPLY[@]}}"'
    environment = os.environ | {"PATH": f"{place}:{os.environ['PATH']}"}
    done = subprocess.run(["bash", "-c", code], capture_output=True, text=True, env=environment, timeout=PATIENCE)
    assert (done.stdout, done.returncode) == ("accounts\n", 0), done.stderr

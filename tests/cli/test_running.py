"""How a process of ours ends, looked at from outside."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.waiting import PATIENCE

HANG = """
import asyncio, resource, sys, threading
from tui.cli.event_loop import no_core_dumps, run_command
no_core_dumps()
assert resource.getrlimit(resource.RLIMIT_CORE) == (0, 0)
async def main():
    loop = asyncio.get_running_loop()
    looking_up = loop.run_in_executor(None, threading.Event().wait)
    print("ready", flush=True)
    if len(sys.argv) > 1:
        return 7
    await looking_up
raise SystemExit(run_command(main(), ends_process=True))
"""


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 130)])
def test_r44_a_signal_ends_a_command_at_once_though_a_lookup_hangs(number: int, code: int) -> None:
    with subprocess.Popen([sys.executable, "-c", HANG], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stdout.readline() == b"ready\n"
        process.send_signal(number)
        assert process.wait(PATIENCE) == code
        assert process.stderr
        assert process.stderr.read() == b""


def test_r44_a_hanging_lookup_does_not_hold_a_command_that_is_done() -> None:
    assert subprocess.run([sys.executable, "-c", HANG, "end"], capture_output=True, timeout=PATIENCE).returncode == 7


def test_a_reader_that_has_seen_enough_is_no_error(home: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "tui", "paths"]
    done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, timeout=PATIENCE)
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, b"")


def test_the_command_and_the_module_are_the_same(home: Path) -> None:
    done = subprocess.run([sys.executable, "-m", "tui", "--version"], capture_output=True, text=True, timeout=PATIENCE)
    assert done.stdout.startswith("taskdeck ")
    done = subprocess.run(
        [sys.executable, "-m", "tui", "shwo", "a:1"], capture_output=True, text=True, timeout=PATIENCE
    )
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)


def test_a_program_in_the_working_directory_is_never_run(home: Path, tmp_path: Path) -> None:
    """`python -m tui` passes by files named like modules where it is started; `-m` would prefer them."""
    for name in ("secrets", "json", "click", "tomllib", "keyring", "logging", "httpx"):
        (tmp_path / f"{name}.py").write_text("print('run')\nraise SystemExit(99)\n")
    # As installed, not as found in the working directory.
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, "-m", "tui", "--demo", "tasks", "--limit", "1"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, cwd=tmp_path, env=environment)
    assert (done.returncode, done.stderr) == (0, "")
    assert "run\n" not in done.stdout

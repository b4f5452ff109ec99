"""A cause made to happen five times: plain, and inside of the things that run programs for people."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from random import Random

from tests.corpus.cause import Cause, filled, values
from tests.corpus.recipe import FOLDER
from tests.corpus.surroundings import surrounded

__all__ = ["RUNS", "record", "runnable", "versions"]

RUNS = 5
_LIMIT = 9_000
"""Characters kept of a log: its end."""
_PATIENCE = 90
"""Seconds that a run may take."""

_KIT = (FOLDER / "kit.sh").read_text("utf-8")
"""Small inputs that the recipes' commands make."""


def runnable(cause: Cause) -> bool:
    """Whether the programs it needs are here."""
    return all(shutil.which(program) for program in cause.needs)


def versions(cause: Cause) -> str:
    """`bwa 0.7.17-7, numpy 2.1.0`: what it was made with."""
    return ", ".join(f"{name.removeprefix('py:')} {_version(name)}".strip() for name in cause.packages)


def _version(name: str) -> str:
    if not name.startswith("py:"):
        asked = subprocess.run(
            ["dpkg-query", "-W", "-f", "${Version}", name], capture_output=True, text=True, check=False
        ).stdout
        if asked:
            return asked
    code = f"import importlib.metadata as m; print(m.version({name.removeprefix('py:')!r}))"
    return subprocess.run(["python3", "-c", code], capture_output=True, text=True, check=False).stdout.strip()


def record(cause: Cause, run: int, rng: Random) -> tuple[int, str]:
    """The exit code and the log of one run."""
    own = values(run, rng)
    with tempfile.TemporaryDirectory(prefix="run-") as place:
        here = Path(place)
        for name, text in cause.files.items():
            (here / filled(name, own)).write_text(filled(text, own), "utf-8")
        kit = "" if cause.written or cause.family == "programs" else ". ./kit.sh\n"
        if kit:
            (here / "kit.sh").write_text(_KIT, "utf-8")
        (here / "cmd.sh").write_text(kit + filled(cause.command, own) + "\n", "utf-8")
        words = surrounded(cause.key, run, here, own)
        environment = {k: v for k, v in os.environ.items() if k in {"PATH", "HOME", "JAVA_HOME"}}
        # Workflow engines give a step another home, and rustc looks for its parts there.
        environment["RUSTUP_HOME"] = os.environ.get("RUSTUP_HOME", str(Path.home() / ".rustup"))
        environment |= {"LC_ALL": "C.UTF-8", "TMPDIR": place, "ASAN_OPTIONS": "detect_leaks=1", "OMP_NUM_THREADS": "1"}
        with tempfile.TemporaryFile() as out:
            process = subprocess.Popen(
                words,
                cwd=here,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                env=environment,
                start_new_session=True,
            )
            try:
                status = process.wait(_PATIENCE)
            except subprocess.TimeoutExpired:
                status = 0  # something that hangs is no failure to learn from
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            out.seek(0)
            text = out.read().decode("utf-8", "replace")
        return status if status >= 0 else 128 - status, _neutral(text, here)[-_LIMIT:]


_REPLACED = (
    (re.compile(r"/root/\.pyenv/versions/[\d.]+|/tmp/\w+/pv\b"), "/usr"),
    (re.compile(r"/root/\.(?:cargo|rustup)[^\s:]*"), "/usr/lib/rust"),
    (re.compile(r"/root\b"), "/home/user"),
    (re.compile(r"^WARNING: Location .*\n", re.MULTILINE), ""),
    (re.compile(r"User: root"), "User: user"),
    (re.compile(r"Linux-[\w.-]+-with"), "Linux-6.1.0-x86_64-with"),
)


def _neutral(text: str, here: Path) -> str:
    """Nothing of the machine that it was made on: folders and host names are those of a cluster."""
    for place in (str(here.resolve()), str(here)):
        text = text.replace(place, "/data/run")
    text = text.replace(socket.gethostname(), "node17")
    for pattern, instead in _REPLACED:
        text = pattern.sub(instead, text)
    return text


if sys.platform == "win32":
    raise SystemExit("the programs are those of a Unix")

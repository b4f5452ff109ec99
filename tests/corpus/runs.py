"""A cause made to happen five times: plain, and inside of the things that run programs for people."""

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from random import Random

from tests.corpus.cause import Cause, filled, values

__all__ = ["RUNS", "record", "runnable"]

RUNS = 5
_LIMIT = 12_000
"""Characters kept of a log: its end."""

_SCRIPT = """\
trap 'echo "cleaning up /scratch/$sample.$n"; echo "removing temporary files"; echo "total time $m.$d s"' EXIT
for i in 1 2 3; do echo "$$(date "+%F %T") INFO  pass $$i: $n records, 0 errors so far"; done
echo "$$(date "+%F %T") WARN  $d reads without mate were skipped"
for p in 10 40 70 100; do printf '\\r%3d%%|####      | %d/$n [00:0$d<00:01, 12.5it/s]' $$p $$p >&2; done; echo >&2
bash cmd.sh
code=$$?
echo "exit code $$code"
exit $$code
"""
_MAKEFILE = (
    "all: $sample.done\n$sample.done:\n\t@echo processing $sample, error rate 0.0$d\n\t@bash cmd.sh\n\ttouch $$@\n"
)
_PIPELINE = """\
import logging, subprocess, sys
logging.basicConfig(level="INFO", format="%(asctime)s %(levelname)s %(name)s: %(message)s")
log = logging.getLogger("pipeline")
log.info("sample $sample, %d lanes, max error 1e-$d", $d)
log.warning("could not find optional annotation, continuing without it")
try:
    subprocess.run(["bash", "cmd.sh"], check=True)
finally:
    sys.stdout.flush()
    log.info("closing %d connections", $m)
"""
_SNAKEFILE = 'rule all:\n    input: "$sample.$n.out"\nrule step_$d:\n    output: "$sample.$n.out"\n    shell: "bash cmd.sh > {output}"\n'
_TOOL = """\
cwlVersion: v1.2
class: CommandLineTool
id: step_$d
baseCommand: [bash, -c, "cd $here && bash cmd.sh"]
inputs: []
outputs: []
"""


def runnable(cause: Cause) -> bool:
    """Whether the programs it needs are here."""
    return all(shutil.which(program) for program in cause.needs)


def record(cause: Cause, run: int, rng: Random) -> tuple[int, str]:
    """The exit code and the log of one run."""
    own = values(run, rng)
    with tempfile.TemporaryDirectory(prefix="run-") as place:
        here = Path(place)
        for name, text in cause.files.items():
            (here / filled(name, own)).write_text(filled(text, own), "utf-8")
        (here / "cmd.sh").write_text(filled(cause.command, own) + "\n", "utf-8")
        words = _words(here, run, own)
        environment = {k: v for k, v in os.environ.items() if k in {"PATH", "HOME", "JAVA_HOME"}}
        # Workflow engines give a step another home, and rustc looks for its parts there.
        environment["RUSTUP_HOME"] = os.environ.get("RUSTUP_HOME", str(Path.home() / ".rustup"))
        done = subprocess.run(
            words, cwd=here, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120, check=False,
            env=environment | {"LC_ALL": "C.UTF-8", "TMPDIR": place, "ASAN_OPTIONS": "detect_leaks=1"},
        )  # fmt: skip
        code = done.returncode if done.returncode >= 0 else 128 - done.returncode
        return code, _neutral(done.stdout.decode("utf-8", "replace"), here)[-_LIMIT:]


def _words(here: Path, run: int, own: dict[str, str]) -> list[str]:
    """The command line of this run: each of the five has another thing around the program."""
    match run:
        case 1:
            (here / "run.sh").write_text(filled(_SCRIPT, own), "utf-8")
            return ["bash", "run.sh"]
        case 2 if shutil.which("make") and not (here / "Makefile").exists():
            (here / "Makefile").write_text(filled(_MAKEFILE, own), "utf-8")
            return ["make"]
        case 3:
            (here / "pipeline.py").write_text(filled(_PIPELINE, own), "utf-8")
            return ["python3", "pipeline.py"]
        case 4 if shutil.which("cwltool") and int(own["n"]) % 2:
            (here / "step.cwl").write_text(filled(_TOOL, own | {"here": str(here)}), "utf-8")
            return ["cwltool", "--no-container", "--preserve-entire-environment", "step.cwl"]
        case 4 if shutil.which("snakemake"):
            (here / "Snakefile").write_text(filled(_SNAKEFILE, own), "utf-8")
            return ["snakemake", "--cores", "1", "--nocolor"]
        case _:
            return ["bash", "cmd.sh"]


_REPLACED = (
    (re.compile(r"/root/\.pyenv/versions/[\d.]+|/tmp/cvenv"), "/usr"),
    (re.compile(r"/root/\.(?:cargo|rustup)[^\s:]*"), "/usr/lib/rust"),
    (re.compile(r"/root\b"), "/home/user"),
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

"""The cluster as a folder: programs named as Slurm's, which ask the served world, and logs as files."""

import base64
import json
import sys
from pathlib import Path
from typing import Any

from tui.sandbox.slurm.cluster import Cluster
from tui.sandbox.slurm.files import log_path, log_text
from tui.sandbox.slurm.programs import PROGRAMS, Programs

__all__ = ["PATH", "answer", "make_folder", "write_logs"]

PATH = "/_sandbox/slurm"
"""Where the world takes commands."""
_MOST = 3_000
"""Log files that are written for one command."""
_PROGRAM = """#!{python} -SE
import base64, json, os, sys, urllib.request
sent = json.dumps({{
    "words": [os.path.basename(sys.argv[0]), *sys.argv[1:]],
    "env": {{k: v for k, v in os.environ.items() if k.startswith(("SLURM_", "SQUEUE_", "SACCT_"))}},
    "stdin": base64.b64encode(b"" if sys.stdin is None or {no_input} else sys.stdin.buffer.read()).decode(),
}}).encode()
opener = urllib.request.build_opener(urllib.request.ProxyHandler({{}}))
try:
    with opener.open("{address}", sent, 60) as answer:
        told = json.load(answer)
except OSError as error:
    sys.exit(f"slurm_load_jobs error: Unable to contact slurm controller (connect failure): {{error}}")
sys.stdout.buffer.write(base64.b64decode(told["out"]))
sys.stdout.flush()
sys.stderr.buffer.write(base64.b64decode(told["err"]))
sys.exit(told["code"])
"""
"""Of the standard library only, and without the site's packages: it starts in a few hundredths of a second."""


def make_folder(folder: Path, base: str) -> None:
    """Write the programs."""
    for name in PROGRAMS:
        program = folder / name
        # Only sbatch reads its input; the others would wait for a terminal's.
        text = _PROGRAM.format(python=sys.executable, address=base + PATH, no_input=name != "sbatch")
        program.write_text(text)
        program.chmod(0o755)


def write_logs(cluster: Cluster) -> None:
    """Put the logs of what has started where the commands say they are; what did not grow is left alone."""
    left = _MOST
    for script in cluster.visible():
        for element in cluster.elements(script):
            path = Path(log_path(cluster, element))
            if left <= 0 or (element.is_over and path.exists()):
                continue
            text = log_text(cluster, element)
            if text is not None:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(text)
                left -= 1


def answer(programs: Programs, body: bytes) -> dict[str, Any]:
    """One command of the folder, as it was sent.

    Raises:
        ValueError: It is not such a request.
    """
    sent = json.loads(body)
    words = [str(word) for word in sent["words"]]
    code, out, err = programs(words, dict(sent.get("env", {})), base64.b64decode(sent.get("stdin", "")))
    if words[0] in {"squeue", "sacct", "scontrol"} and programs.cluster.logs_are_files:
        write_logs(programs.cluster)
    return {"code": code, "out": base64.b64encode(out).decode(), "err": base64.b64encode(err).decode()}

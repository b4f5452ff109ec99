"""What the program knows of Slurm before an account is opened."""

import os
import re
import shlex

from tui.domain.duration import duration
from tui.domain.errors import ConfigError
from tui.domain.task import Task
from tui.platforms.account import Finder, Own, Reach, Snippet
from tui.platforms.entry import Entry

__all__ = ["DETECT", "ENTRY"]

DETECT = "TASKDECK_SLURM"
"""An environment variable: with `off` no cluster is looked for on this machine."""
_PING = 3.0
"""Seconds that the controller has to answer; one that is down is told in a fraction of that."""
_HOST = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@:-]*\Z")
_EXAMPLE = """\
[accounts.hpc]
platform = "slurm"
host = "login"
"""


def _read(own: Own) -> Reach:
    host, path, user = own.word("host"), own.word("path"), own.word("user")
    if host is not None and not _HOST.match(host):
        raise ConfigError(f"{own.where}: host is a host of ~/.ssh/config, or USER@HOST")
    options = {"host": host, "path": path, "user": user}
    if since := own.text("since"):
        try:
            options["since"] = str(duration(since).total_seconds())
        except ValueError as error:
            raise ConfigError(f"{own.where}: since: {error}") from None
    place = f"ssh {host}" if host else "this machine"
    return Reach(options={k: v for k, v in options.items() if v}, address=f"{place} {path}" if path else place)


def _discover(finder: Finder) -> None:
    """A login node: `squeue` is on the PATH, and the controller answers."""
    import shutil
    import subprocess

    if os.environ.get(DETECT, "").lower() in {"off", "0", "no"} or shutil.which("squeue") is None:
        return
    try:
        ping = subprocess.run(
            ["scontrol", "ping"], capture_output=True, timeout=_PING, check=False, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.SubprocessError):
        return
    if b" is UP" in ping.stdout:
        finder.add_local("slurm", ENTRY.name, Reach(address="this machine"), "squeue on this machine")


def _snippets(task: Task, url: str) -> tuple[Snippet, ...]:
    words = "sacct -j" if task.status.is_final else "squeue -j"
    return (Snippet("native", f"{words} {shlex.quote(task.ref.id)}"),)


ENTRY = Entry(
    name="slurm",
    title="Slurm",
    adapter="tui.platforms.slurm.adapter:Slurm",
    read=_read,
    keys=("host", "path", "user", "since"),
    needs_token=False,
    revives=True,
    example=_EXAMPLE,
    found_in="squeue on this machine",
    discover=_discover,
    snippets=_snippets,
)

"""A Debian release in a folder of its own: made by debootstrap, entered by chroot.

The mirror is the one that this machine's own apt uses. Nothing of the release runs before a test starts it.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

__all__ = ["RELEASES", "Release", "mirror"]

RELEASES = {"20.11": "bullseye", "24.11": "trixie", "26.05": "sid"}
"""Slurm's version by the Debian release that carries it (2026-11-30); 22.05 is bookworm's, which the test line runs."""
_PACKAGES = (
    *("munge", "slurmctld", "slurmd", "slurm-client", "slurmdbd", "mariadb-server"),
    *("hostname", "procps", "python3-minimal"),
)
_SOMEWHERE = ("slurm-wlm-mysql-plugin",)
"""Packages of their own in some releases, parts of others elsewhere."""
PROGRAMS = (
    *("munged", "slurmctld", "slurmd", "slurmdbd", "sacctmgr", "mariadbd", "mariadb-install-db", "mariadb"),
    *("squeue", "sacct", "scontrol", "scancel", "sbatch", "srun", "sinfo", "sstat", "sshare", "sprio"),
)
_MOUNTS = ("/proc", "/dev", "/sys", "/tmp")  # the cluster's folder has the same path inside and outside
_APT = ("Acquire::http", "Acquire::https", "Acquire::Check", "Acquire::Retries")
_ENTER = """#!/bin/sh
inside='PATH={path}; cd "$0" 2>/dev/null || cd /; exec "$@"'
exec chroot ${{TASKDECK_AS:+--userspec=$TASKDECK_AS}} '{root}' /bin/sh -c "$inside" "$PWD" {program} "$@"
"""
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def mirror() -> str:
    """Where this machine's apt has Debian itself from, not its security updates."""
    words = ("apt-get", "indextargets", "--format", "$(SITE) $(CODENAME)", "Created-By: Packages", "Origin: Debian")
    for line in subprocess.run(words, capture_output=True, text=True, check=True).stdout.splitlines():
        site, _, codename = line.partition(" ")
        if not codename.endswith(("-security", "-updates", "-backports")):
            return site
    raise SystemExit("apt knows no Debian mirror here: run `apt-get update` once, on Debian")


@dataclass(frozen=True)
class Release:
    """One release; `root` is its own root folder, which is kept for the next run."""

    suite: str
    root: Path

    def make(self) -> None:
        """Install it where it is not there yet: 4 to 9 minutes, 0.9 GB."""
        done = self.root / "etc" / "taskdeck-made"
        if done.exists():
            return
        if not (self.root / "etc" / "apt").exists():
            _run("debootstrap", "--variant=minbase", self.suite, str(self.root), mirror())
        start_nothing = self.root / "usr" / "sbin" / "policy-rc.d"
        start_nothing.write_text("#!/bin/sh\nexit 101\n")
        start_nothing.chmod(0o755)
        for name in ("hosts", "resolv.conf"):
            (self.root / "etc" / name).write_text(Path("/etc", name).read_text())
        settings = subprocess.run(("apt-config", "dump"), capture_output=True, text=True, check=True).stdout
        kept = [line for line in settings.splitlines() if line.startswith(_APT)]
        (self.root / "etc" / "apt" / "apt.conf.d" / "99host").write_text("".join(f"{line}\n" for line in kept))
        with self.mounted():
            self._apt("update", "-q")
            there = [name for name in _SOMEWHERE if self._has(name)]
            self._apt("install", "-q", "-y", "--no-install-recommends", *_PACKAGES, *there)
        done.write_text("")

    def _inside(self, *words: str) -> tuple[str, ...]:
        return ("chroot", str(self.root), "env", f"PATH={_PATH}", "DEBIAN_FRONTEND=noninteractive", *words)

    def _apt(self, *words: str) -> None:
        _run(*self._inside("apt-get", *words))

    def _has(self, package: str) -> bool:
        words = self._inside("apt-cache", "show", package)
        return subprocess.run(words, capture_output=True, check=False).returncode == 0

    @contextmanager
    def mounted(self) -> Iterator[None]:
        """With what its programs need of this machine; unmounted on every way out."""
        mounted: list[Path] = []
        try:
            for source in _MOUNTS:
                target = self.root / source[1:]
                if not os.path.ismount(target):
                    _run("mount", "--rbind", source, str(target))
                    mounted.append(target)
                    _run("mount", "--make-rslave", str(target))
            yield
        finally:
            for target in reversed(mounted):
                _run("umount", "-R", "-l", str(target))

    def programs(self) -> Path:
        """A folder with Slurm's programs of this release, to be put on PATH."""
        folder = self.root.with_name(f"{self.root.name}.programs")
        folder.mkdir(exist_ok=True)
        for program in PROGRAMS:
            path = folder / program
            path.write_text(_ENTER.format(root=self.root, program=program, path=_PATH))
            path.chmod(0o755)
        return folder


def _run(*words: str) -> None:
    """Run it, its output to stderr; the report goes to stdout."""
    subprocess.run(words, check=True, stdin=subprocess.DEVNULL, stdout=sys.stderr)

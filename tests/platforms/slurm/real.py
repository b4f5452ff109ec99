"""A real one-node Slurm in a private folder: started by root where its packages are installed, ended by process id.

It is written for 20.11 to 26.05: 22.05 is Debian 12's, `python -m tests.releases` runs the others.
Everything listens on loopback. The database lies in memory where there is room, for then it starts in seconds.
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["Cluster", "cgroups", "why_not"]

PACKAGES = "munge slurmctld slurmd slurm-client slurmdbd slurm-wlm-mysql-plugin mariadb-server"
PROGRAMS = (
    "munged",
    "slurmctld",
    "slurmd",
    "slurmdbd",
    "squeue",
    "sacctmgr",
    "mariadbd",
    "mariadb-install-db",
    "mariadb",
)
DEADLINE = 300.0
"""Seconds for anything to happen, however busy the machine is."""
_CONF = """\
ClusterName=test
SlurmctldHost={host}(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={d}/run/munge.sock
CredType=cred/munge
SlurmctldPort={p0}
SlurmdPort={p1}
StateSaveLocation={d}/state
SlurmdSpoolDir={d}/spool
SlurmctldPidFile={d}/run/slurmctld.pid
SlurmdPidFile={d}/run/slurmd.pid
SlurmctldLogFile={d}/log/slurmctld.log
SlurmctldDebug=verbose
DebugFlags=Protocol
SlurmdLogFile={d}/log/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/{tasks}
MpiDefault=none
SchedulerParameters=batch_sched_delay=0,sched_interval=2,bf_interval=5
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
PreemptType=preempt/partition_prio
PreemptMode=CANCEL
KillWait=2
ReturnToService=2
MinJobAge=600
MaxArraySize=100001
MaxJobCount=200000
{accounting}PriorityType=priority/multifactor
JobAcctGatherType=jobacct_gather/linux
JobAcctGatherFrequency=task=1
{memory}
{parameters}
SlurmdParameters=config_overrides
NodeName={host} NodeAddr=127.0.0.1 CPUs=16 Boards=1 SocketsPerBoard=1 CoresPerSocket=16 ThreadsPerCore=1 \
RealMemory=8000 State=UNKNOWN
PartitionName=debug Nodes={host} Default=YES MaxTime=INFINITE DefMemPerCPU=50 PriorityTier=1 State=UP
PartitionName=urgent Nodes={host} MaxTime=60 DefMemPerCPU=50 PriorityTier=10 State=UP
PartitionName=down Nodes={host} MaxTime=60 DefMemPerCPU=50 State=DOWN
"""
_ACCOUNTING = """\
AccountingStorageType=accounting_storage/slurmdbd
AccountingStorageHost=127.0.0.1
AccountingStoragePort={p2}
AccountingStoragePass={d}/run/munge.sock
"""
_DBD = """\
AuthType=auth/munge
AuthInfo=socket={d}/run/munge.sock
DbdHost=localhost
DbdAddr=127.0.0.1
DbdPort={p2}
SlurmUser=root
PidFile={d}/run/slurmdbd.pid
LogFile={d}/log/slurmdbd.log
StorageType=accounting_storage/mysql
StorageHost=127.0.0.1
StoragePort={p3}
StorageUser=s
StoragePass=loopback
StorageLoc=slurm_acct
"""
_CGROUPS = Path("/sys/fs/cgroup")


def cgroups() -> bool:
    """Whether this machine has memory cgroups of version 1 that we may write."""
    probe = _CGROUPS / "memory" / f"taskdeck-{os.getpid()}"
    try:
        probe.mkdir()
        probe.rmdir()
    except OSError:
        return False
    return True


def why_not() -> str | None:
    """Why no cluster can be started here; None where one can."""
    if os.environ.get("TASKDECK_TEST_CLUSTER") == "off":
        return "TASKDECK_TEST_CLUSTER is off"
    if os.getuid() != 0:
        return "a cluster is started by root only"
    missing = [name for name in PROGRAMS if shutil.which(name, path=_path()) is None]
    return f"no {', '.join(missing)}; apt-get install {PACKAGES}" if missing else None


def _path() -> str:
    return f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin"


def _ports(number: int) -> list[int]:
    """Free ports, held together so that they differ."""
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(number)]
    ports = [s.getsockname()[1] for s in held]
    for s in held:
        s.close()
    return ports


@dataclass
class Cluster:
    """Its folder, and what was started."""

    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="taskdeck-cluster-")))
    accounting: bool = True
    """With a database, which takes the longest to start."""
    limits: bool = False
    """With cgroups that enforce memory limits."""
    pids: dict[str, int] = field(default_factory=dict)
    _database: Path | None = None
    _child: subprocess.Popen[bytes] | None = None

    @property
    def env(self) -> Mapping[str, str]:
        """What a client needs."""
        return {**os.environ, "PATH": _path(), "SLURM_CONF": str(self.folder / "slurm.conf")}

    @property
    def version(self) -> tuple[int, int]:
        """Slurm's: (22, 5)."""
        found = re.search(r"(\d+)\.(\d+)", self.run("slurmctld", "-V", cwd=self.folder))
        assert found is not None
        return int(found[1]), int(found[2])

    @property
    def work(self) -> Path:
        """Where jobs run."""
        return self.folder / "work"

    def run(self, *words: str, check: bool = True, cwd: Path | None = None) -> str:
        """One command; what it prints."""
        done = subprocess.run(
            words, env=dict(self.env), capture_output=True, text=True, check=False, timeout=DEADLINE,
            cwd=cwd or self.work, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        if check and done.returncode:
            raise AssertionError(f"{words}: {done.stderr}")
        return done.stdout

    def sbatch(self, *options: str, wrap: str) -> str:
        """Submit; the job's id."""
        return self.run("sbatch", "--parsable", *options, f"--wrap={wrap}").strip().split(";")[0]

    def until(self, happens: Callable[[], object], what: str) -> None:
        """Wait for something that the cluster does."""
        end = time.monotonic() + DEADLINE
        while not happens():
            assert time.monotonic() < end, f"{what} did not happen; {self.last_words()}"
            time.sleep(0.05)

    def states(self) -> dict[str, str]:
        """Every job's state by its id."""
        text = self.run("squeue", "-h", "-a", "-r", "-t", "all", "-o", "%i %T")
        return dict(line.split() for line in text.splitlines())

    def last_words(self) -> str:
        """The ends of the daemons' logs."""
        logs = sorted((self.folder / "log").glob("*.log"))
        return " | ".join(f"{p.name}: {p.read_text(errors='replace')[-300:]}" for p in logs)

    # -- life

    def start(self) -> "Cluster":
        """Daemons up, node idle, ourselves an account's user."""
        for name in ("state", "spool", "log", "run", "munge", "work"):
            (self.folder / name).mkdir(parents=True)
        self.folder.chmod(0o755)
        (self.folder / "munge").chmod(0o700)
        self._ports = _ports(4)
        self._write_configuration()
        key = self.folder / "munge" / "munge.key"
        key.write_bytes(os.urandom(1024))
        key.chmod(0o600)
        self.start_munge()
        if self.accounting:
            self._start_database()
            self.start_dbd()
        self.start_controller()
        self._daemon("slurmd", ["slurmd"])
        self.until(lambda: "idle" in self.run("sinfo", "-h", "-p", "debug", "-o", "%T", check=False), "an idle node")
        if self.accounting:
            self.run("sacctmgr", "-i", "add", "account", "test", check=False)
            self.run("sacctmgr", "-i", "add", "user", "root", "account=test", check=False)
        return self

    def _write_configuration(self) -> None:
        """What differs between versions: cgroups, and the limit on calls that newer ones have."""
        version = self.version
        names = {"d": self.folder, "host": socket.gethostname().split(".")[0]}
        names |= {f"p{i}": port for i, port in enumerate(self._ports)}
        text = _CONF.format(
            accounting=_ACCOUNTING.format(**names) if self.accounting else "",
            tasks="cgroup" if self.limits else "none",
            memory="" if self.limits else "JobAcctGatherParams=OverMemoryKill",
            parameters="SlurmctldParameters=rl_enable" if version >= (23, 2) else "",
            **names,
        )
        (self.folder / "slurm.conf").write_text(text)
        (self.folder / "slurmdbd.conf").write_text(_DBD.format(**names))
        (self.folder / "slurmdbd.conf").chmod(0o600)
        if self.limits:
            cgroup = f"CgroupMountpoint={_CGROUPS}\nConstrainRAMSpace=yes\nConstrainSwapSpace=no\n"
            cgroup += "CgroupPlugin=cgroup/v1\n" if version >= (21, 8) else "CgroupAutomount=no\n"
        elif version >= (24, 5):
            cgroup = "CgroupPlugin=disabled\n"
        else:
            cgroup = "IgnoreSystemd=yes\n" if version >= (23, 11) else "CgroupAutomount=no\n"
        (self.folder / "cgroup.conf").write_text(cgroup)

    def start_munge(self) -> None:
        """The authentication."""
        d = self.folder
        files = (f"--key-file={d}/munge/munge.key", f"--socket={d}/run/munge.sock", f"--pid-file={d}/run/munged.pid")
        words = ["munged", "--force", *files, f"--log-file={d}/log/munged.log", f"--seed-file={d}/run/seed"]
        self._daemon("munged", words)

    def start_dbd(self) -> None:
        """The accounting."""
        self._daemon("slurmdbd", ["slurmdbd"])
        self.until(lambda: _listens(self._ports[2]), "slurmdbd")

    def start_controller(self) -> None:
        """The controller."""
        self._daemon("slurmctld", ["slurmctld"])
        self.until(self._controller_answers, "slurmctld")

    def _controller_answers(self) -> bool:
        log = self.folder / "log" / "slurmctld.log"
        assert not log.exists() or "fatal: " not in log.read_text(errors="replace"), self.last_words()
        return "is UP" in self.run("scontrol", "ping", check=False)

    def _start_database(self) -> None:
        memory = Path("/dev/shm")
        roomy = memory.is_dir() and shutil.disk_usage(memory).free > 500 << 20
        self._database = Path(tempfile.mkdtemp(prefix="taskdeck-db-", dir=memory if roomy else None))
        fast = ["--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=64M", "--innodb-log-file-size=16M",
                "--innodb-doublewrite=0", "--skip-log-bin"]  # fmt: skip
        place = ["--no-defaults", *fast, "--user=root", f"--datadir={self._database}"]
        self.run("mariadb-install-db", *place, "--auth-root-authentication-method=normal", "--skip-test-db")
        sock = f"{self.folder}/run/mysql.sock"
        with (self.folder / "log" / "mariadb.log").open("wb") as log:
            process = subprocess.Popen(
                ["mariadbd", *place, f"--port={self._ports[3]}", "--bind-address=127.0.0.1", f"--socket={sock}",
                 "--innodb-lock-wait-timeout=900", "--loose-innodb-snapshot-isolation=OFF"],
                env=dict(self.env), stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True,
            )  # fmt: skip
        self.pids["mariadbd"], self._child = process.pid, process
        ask = ("mariadb", "--no-defaults", "-uroot", "-S", sock, "-e")
        self.until(lambda: _works(self.env, *ask, "select 1"), "mariadbd")
        grants = "".join(
            f"create user s@{h} identified by 'loopback'; grant all on slurm_acct.* to s@{h};"
            for h in ("localhost", "'127.0.0.1'")
        )
        self.run(*ask, f"create database slurm_acct; {grants}")

    def _daemon(self, name: str, words: Sequence[str]) -> None:
        """Start one that puts itself into the background and writes its own number."""
        self.run(*words)
        path = self.folder / "run" / f"{name}.pid"
        self.until(lambda: path.exists() and path.read_text().strip(), name)
        self.pids[name] = int(path.read_text().strip())

    def end(self, name: str) -> None:
        """End one daemon, by its number."""
        pid = self.pids.pop(name)
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
            end = time.monotonic() + 30
            while _lives(pid) and time.monotonic() < end:
                time.sleep(0.05)
            if _lives(pid):
                os.kill(pid, signal.SIGKILL)
        (self.folder / "run" / f"{name}.pid").unlink(missing_ok=True)

    def stop(self) -> None:
        """End the jobs, whose step daemons would outlive the node's, then what was started, last first."""
        if "slurmctld" in self.pids and "munged" in self.pids:
            self.run("scancel", "-u", "root", check=False)
            with suppress(AssertionError):
                self.until(lambda: not self.run("squeue", "-h", "-t", "R,CG", "-o", "%A", check=False), "the end")
        for name in reversed(list(self.pids)):
            self.end(name)
        if self._child is not None:
            self._child.wait()
        if self._database is not None:
            shutil.rmtree(self._database, ignore_errors=True)
        shutil.rmtree(self.folder, ignore_errors=True)


def _lives(pid: int) -> bool:
    with suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def _listens(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


def _works(env: Mapping[str, str], *words: str) -> bool:
    return subprocess.run(words, env=dict(env), capture_output=True, check=False).returncode == 0

"""Issue 14, point 2: commands over a real sshd on loopback, with keys of its own, and what can go wrong on the way.

Skipped with the reason where there is no sshd, or the tests do not run as root.
"""

import asyncio
import os
import shlex
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.platforms.slurm.real import Cluster
from tui.domain.errors import AuthRefused, ConfigError, PlatformError, ReadOnly, Rejected, Unreachable
from tui.domain.task import TaskRef
from tui.platforms.protocols import Connection
from tui.platforms.shell import Command, Fault, Finished, Shell
from tui.platforms.slurm.adapter import Slurm
from tui.platforms.ssh import SshRunner, login_words

pytestmark = [pytest.mark.xdist_group("cluster")]
SSHD = shutil.which("sshd", path="/usr/sbin:/usr/local/sbin:" + os.environ.get("PATH", ""))
CAP = 1 << 20


@dataclass
class Host:
    """A sshd, and the `ssh` that finds it as `login`."""

    folder: Path
    sockets: Path
    """Where shared connections are."""
    port: int
    process: subprocess.Popen[bytes]

    def configure(self, *, key: str = "key", port: int | None = None) -> None:
        """What `ssh login` means from now on."""
        (self.folder / "config").write_text(
            f"Host login\n HostName 127.0.0.1\n Port {port or self.port}\n User root\n"
            f" IdentityFile {self.folder}/{key}\n IdentitiesOnly yes\n"
            f" UserKnownHostsFile {self.folder}/known\n StrictHostKeyChecking accept-new\n"
        )

    def program(self, name: str, text: str) -> Path:
        """A program of the other side."""
        path = self.folder / "bin" / name
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)
        return path


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Host]:
    """A sshd that greets on stdout before it does anything, as many a profile does."""
    if SSHD is None or shutil.which("ssh-keygen") is None or os.getuid() != 0:
        pytest.skip("no sshd, or not root")
    Path("/run/sshd").mkdir(exist_ok=True)
    for key in ("host", "key", "other"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", tmp_path / key], check=True)
    shutil.copy(tmp_path / "key.pub", tmp_path / "authorized")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    greet = "echo 'Welcome to login. Maintenance on Monday.'; exec sh -c \"$SSH_ORIGINAL_COMMAND\""
    (tmp_path / "sshd_config").write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {tmp_path}/host\nAuthorizedKeysFile {tmp_path}/authorized\n"
        f"PidFile {tmp_path}/pid\nPermitRootLogin yes\nPasswordAuthentication no\nKbdInteractiveAuthentication no\n"
        f"StrictModes no\nUsePAM no\nForceCommand {greet}\n"
    )
    (tmp_path / "bin").mkdir()
    sockets = Path(tempfile.mkdtemp(prefix="td", dir="/tmp"))  # a socket's path is short
    real = shutil.which("ssh")
    assert real is not None
    monkeypatch.setenv("PATH", f"{tmp_path}/bin:{os.environ['PATH']}")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(sockets))
    process = subprocess.Popen([SSHD, "-D", "-e", "-f", tmp_path / "sshd_config"], stderr=subprocess.DEVNULL)
    made = Host(tmp_path, sockets, port, process)
    made.program("ssh", f'exec {shlex.quote(real)} -F {shlex.quote(str(tmp_path / "config"))} "$@"')
    made.configure()
    end = time.monotonic() + 300
    while True:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            break
        assert time.monotonic() < end, "sshd does not listen"
    yield made
    # A shared connection lives on behind the call: it is ended with the test.
    for sock in sockets.rglob("*"):
        if sock.is_socket():
            subprocess.run(
                ["ssh", "-O", "exit", "-o", f"ControlPath={sock}", "login"], capture_output=True, check=False
            )
    process.send_signal(signal.SIGTERM)
    process.wait()
    shutil.rmtree(sockets)


def run(command: Command, host: str = "login", **options: Any) -> Finished:
    return asyncio.run(SshRunner(host, **options).run(command, 300.0, CAP))


def test_v02_words_and_bytes_pass_through_and_greetings_do_not(host: Host) -> None:
    """Quotes, separators, line ends and what a shell would expand arrive as they were; so does what comes back."""
    odd = ("a b", "'", '"', "$HOME", "`id`", ";exit", "\x1f\x1e", "line\nend", "*", "é", "")
    host.program("show", "printf '%s\\036' \"$@\"; printf '%s' \"$GIVEN\"")
    done = run(Command((str(host.folder / "bin" / "show"), *odd), {"GIVEN": "it is\nset"}, unset=("HOME",)))
    assert done.code == 0
    assert done.out.decode() == "".join(f"{word}\x1e" for word in odd) + "it is\nset"
    assert "Welcome" not in done.out.decode()


def test_v02_a_programs_255_is_told_from_sshs(host: Host) -> None:
    host.program("fails", "echo half; echo no good >&2; exit 255")
    done = run(Command((str(host.folder / "bin" / "fails"),)))
    assert (done.code, done.out, done.why) == (255, b"half\n", "no good")


def test_v02_input_arrives(host: Host) -> None:
    assert run(Command(("cat",), stdin=b"#!/bin/sh\n\x00\xff")).out == b"#!/bin/sh\n\x00\xff"


def test_v02_a_program_outside_the_path_is_found_by_path_or_after_a_login(host: Host) -> None:
    folder = host.folder / "opt"
    folder.mkdir()
    (folder / "far").write_text("#!/bin/sh\necho here\n")
    (folder / "far").chmod(0o755)
    assert run(Command(("far",))).code == 127
    assert run(Command(("far",)), path=str(folder)).out == b"here\n"


@pytest.mark.parametrize(
    ("how", "kind", "said"),
    [("key", AuthRefused, "taskdeck login login"), ("port", Unreachable, "refused")],
)
def test_v02_a_login_that_fails_says_what_to_do(host: Host, how: str, kind: type[PlatformError], said: str) -> None:
    """Nothing is asked for, and nothing hangs."""
    if how == "key":
        host.configure(key="other")
    else:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        host.configure(port=port)
    with pytest.raises(Fault) as failed:
        run(Command(("true",)))
    assert failed.value.kind is kind
    assert said in str(failed.value)


def test_v02_squeue_that_is_missing_is_one_sentence(host: Host) -> None:
    async def look() -> None:
        async with Slurm(Connection("hpc", options={"host": "login", "path": str(host.folder / "bin")})) as platform:
            await platform.newest()

    host.program("squeue", "echo 'sh: squeue: not found' >&2; exit 127")
    with pytest.raises(Rejected, match="squeue was not found on login") as failed:
        asyncio.run(look())
    assert "\n" not in str(failed.value)


def test_v02_calls_share_one_connection(host: Host) -> None:
    run(Command(("true",)))
    sockets = [p for p in host.sockets.rglob("*") if p.is_socket()]
    assert len(sockets) == 1
    run(Command(("true",)))
    assert [p for p in host.sockets.rglob("*") if p.is_socket()] == sockets
    assert sockets[0].parent.stat().st_mode & 0o077 == 0


def test_v02_what_runs_too_long_or_says_too_much_is_ended(host: Host) -> None:
    with pytest.raises(Fault, match="did not answer"):
        asyncio.run(SshRunner("login").run(Command(("sleep", "1000")), 0.5, CAP))
    with pytest.raises(Fault, match="larger than"):
        asyncio.run(SshRunner("login").run(Command(("cat", "/dev/zero")), 300.0, CAP))


@pytest.mark.parametrize("name", ["-oProxyCommand=touch x", "a b", "", "x;y"])
def test_v02_a_host_is_a_name_and_no_option(name: str) -> None:
    with pytest.raises(ConfigError, match="host"):
        SshRunner(name)
    with pytest.raises(ConfigError):
        login_words(name)


def test_v02_login_runs_in_the_foreground_and_may_ask() -> None:
    words = login_words("login")
    assert "BatchMode=yes" not in words
    assert words[-2:] == ["login", "exec true"]


async def test_v02_a_read_only_account_runs_no_act() -> None:
    class Never:
        async def run(self, command: Command, deadline: float, cap: int) -> Finished:
            raise AssertionError("it was run")

    shell = Shell("hpc", Never(), read_only=True)
    with pytest.raises(ReadOnly):
        await shell.act(Command(("scancel", "1")), doing="aborting", judge=lambda done: None)


def test_v02_the_real_cluster_over_ssh_is_the_same_as_here(
    cluster: Cluster, host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    """List, log and act, through the greeting."""
    monkeypatch.setenv("SLURM_CONF", cluster.env["SLURM_CONF"])
    with (host.folder / "sshd_config").open("a") as config:
        config.write(f"SetEnv SLURM_CONF={cluster.env['SLURM_CONF']}\n")
    os.kill(host.process.pid, signal.SIGHUP)
    id_ = cluster.sbatch("-J", "far | away", wrap="echo over there")
    cluster.until(lambda: cluster.states().get(id_) == "COMPLETED", "the job's end")

    async def look(host: str | None) -> tuple[Any, ...]:
        options = {"host": host} if host else {}
        async with Slurm(Connection("hpc", options=options)) as platform:
            task = (await platform.many([TaskRef("hpc", id_)])).tasks[0]
            source = (await platform.logs(task.ref)).sources[0]
            text = await platform.read_log(source, -6, 100)
            return task.name, task.status, source.key, text.data, text.start

    assert asyncio.run(look("login")) == asyncio.run(look(None))
    assert asyncio.run(look("login"))[3] == b"there\n"

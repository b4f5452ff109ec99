"""Commands on another machine, by the ssh that the user has set up: no password is ever asked for."""

import os
import re
import secrets
import shlex
import shutil
import stat
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from tui.domain.errors import AuthRefused, ConfigError, Sent, Unreachable
from tui.platforms.shell import NOT_THERE, Command, Fault, Finished, Late, collect

__all__ = ["SshRunner", "login_words"]

_CONNECT = 15
"""Seconds that ssh has to reach the other side."""
_PERSIST = "10m"
_SOCKET_ROOM = 100 - 41 - 18
"""Bytes of a socket's path (104 on some systems) that its folder may take: ssh adds a 40-digit name and a suffix."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@:-]*\Z")
_REFUSED = re.compile(r"permission denied|too many authentication failures|host key verification failed", re.I)


class SshRunner:
    """Programs of another machine.

    The other side may greet us on stdout, so the answer stands between two marker lines that only this call knows; the
    second one carries the exit code, which tells a program's own 255 from ssh's.
    """

    def __init__(self, host: str, path: str | None = None) -> None:
        if not _NAME.match(host):  # a host that begins with a dash would be an option
            raise ConfigError(f"host {host!r} is not a host name; write a host of ~/.ssh/config or USER@HOST")
        self._host = host
        self._path = path
        self._login_shell = False
        """The other side finds its programs only after a login: they stand in a profile's PATH."""

    async def run(self, command: Command, deadline: float, cap: int) -> Finished:
        """Run it there. Where a program is not found, once more as after a login; which way it goes is remembered."""
        begun = time.monotonic()
        finished = await self._run(command, deadline, cap, login=self._login_shell)
        if finished.code not in NOT_THERE or self._path or self._login_shell:
            return finished
        again = await self._run(command, max(1.0, deadline - (time.monotonic() - begun)), cap, login=True)
        self._login_shell = again.code not in NOT_THERE
        return again if self._login_shell else finished

    async def _run(self, command: Command, deadline: float, cap: int, *, login: bool) -> Finished:
        mark = f"taskdeck-{secrets.token_hex(8)}"
        words = [*_ssh_words(self._host), "-T", "--", self._host, self._script(command, mark, login=login)]
        try:
            sent = await collect(words, os.environ, command.stdin, deadline, cap)
        except FileNotFoundError:
            raise Fault(Unreachable, "ssh is not installed on this machine", sent=Sent.NO) from None
        except Late as late:
            why = f"{self._host} did not answer {command.name} within {deadline:.0f} s{late}"
            raise Fault(Unreachable, why, sent=Sent.MAYBE) from None
        except (OSError, ValueError) as error:
            raise Fault(Unreachable, f"ssh cannot be started: {error}", sent=Sent.NO) from None
        return self._read(sent, mark.encode())

    def _script(self, command: Command, mark: str, *, login: bool) -> str:
        """One line for whatever shell is there: it starts `sh`, which runs the words between the markers."""
        words = [*(w for name in command.unset for w in ("-u", name)), *(f"{n}={v}" for n, v in command.env.items())]
        line = shlex.join([*(["env", *words] if words else []), *command.words])
        path = f"PATH={shlex.quote(self._path)}:$PATH; export PATH; " if self._path else ""
        script = f"{path}printf '%s\\n' {mark}; {line}; printf '\\n%s %s\\n' {mark} $?"
        inner = f"exec sh -c {shlex.quote(script)}"
        return f'exec "$SHELL" -lc {shlex.quote(inner)}' if login else inner

    def _read(self, sent: Finished, mark: bytes) -> Finished:
        """The answer between the markers."""
        _, begun, rest = sent.out.partition(mark + b"\n")
        if not begun:
            raise self._lost(sent)
        answer, ended, code = rest.rpartition(b"\n" + mark + b" ")
        digits = code.split(b"\n", 1)[0].strip()
        if not ended or not digits.isdigit():
            raise Fault(Unreachable, f"the connection to {self._host} broke", sent=Sent.MAYBE, passing=True)
        return Finished(int(digits), answer, sent.err)

    def _lost(self, sent: Finished) -> Fault:
        """Why there is no answer: ssh's own words."""
        if _REFUSED.search(sent.err):
            hint = f"run `taskdeck login {self._host}` or `ssh {self._host}` once"
            return Fault(AuthRefused, f"ssh to {self._host} was refused: {sent.why}; {hint}", sent=Sent.NO)
        if sent.code == 255:
            return Fault(Unreachable, f"ssh to {self._host}: {sent.why}", sent=Sent.NO, passing=True)
        return Fault(Unreachable, f"{self._host} did not run the command: {sent.why}", sent=Sent.MAYBE)


def _control_dir() -> str | None:
    """A private folder for the sockets of shared connections; None where there is none short enough."""
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    places = [Path(runtime) / "taskdeck"] if runtime else []
    for place in (*places, Path(tempfile.gettempdir()) / f"taskdeck-{os.getuid()}"):
        if len(os.fsencode(place)) > _SOCKET_ROOM:
            continue
        with suppress(OSError):
            place.mkdir(mode=0o700, exist_ok=True)
            found = place.lstat()
            if stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o077:
                return str(place)
    return None


def _ssh_words(host: str, *, batch: bool = True) -> list[str]:
    words = ["ssh", "-o", f"ConnectTimeout={_CONNECT}"]
    if batch:
        words += ["-o", "BatchMode=yes"]
    if folder := _control_dir():
        shared = ("ControlMaster=auto", f"ControlPath={folder}/%C", f"ControlPersist={_PERSIST}")
        words += [word for option in shared for word in ("-o", option)]
    return words


def login_words(host: str) -> list[str]:
    """What `taskdeck login` runs in the foreground: it may ask for passwords and second factors, and leaves open the
    connection that later calls share.

    Raises:
        ConfigError: The host is not a host name, or ssh is not installed.
    """
    SshRunner(host)
    if shutil.which("ssh") is None:
        raise ConfigError("ssh is not installed on this machine")
    return [*_ssh_words(host, batch=False), "-T", "--", host, "exec true"]

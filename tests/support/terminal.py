"""A program in a terminal of its own: what only a pty can show (bytes, latency, signals, exit status)."""

import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from tests.support.waiting import PATIENCE

__all__ = ["Burst", "Terminal"]

_ESCAPE = 0.15
"""Seconds; Textual looks ten times a second whether an escape was the beginning of something longer."""


@dataclass(frozen=True, slots=True)
class Burst:
    """What came back after something was sent."""

    data: bytes
    first: float
    """Seconds until the first byte; infinity when none came."""
    last: float
    """Seconds until the last byte."""
    pieces: tuple[tuple[float, int], ...] = ()
    """Seconds and size of each piece, as they came."""

    def reached(self, size: int) -> float:
        """Seconds until so many bytes were there; infinity when they never were."""
        total = 0
        for seconds, count in self.pieces:
            total += count
            if total >= size:
                return seconds
        return float("inf")


class Terminal:
    """A child process on a pty; `with` ends it by its own process id."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        columns: int = 160,
        rows: int = 48,
        environment: Mapping[str, str] | None = None,
        cwd: str | None = None,
    ) -> None:
        self.started = time.perf_counter()
        self.output = b""
        self.status: int | None = None
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            if cwd:
                os.chdir(cwd)
            os.execvpe(command[0], list(command), dict(environment if environment is not None else os.environ))
        self.resize(columns, rows)

    def resize(self, columns: int, rows: int) -> None:
        """Give the terminal another size."""
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def send(self, keys: str | bytes) -> None:
        """Type."""
        os.write(self.fd, keys.encode() if isinstance(keys, str) else keys)

    def burst(self, *, quiet: float = 0.1, timeout: float = 10.0) -> Burst:
        """Read until nothing came for `quiet` seconds, or `timeout` is over."""
        started = time.perf_counter()
        first, last, data, pieces = float("inf"), 0.0, b"", []
        while (elapsed := time.perf_counter() - started) < timeout:
            wait = timeout - elapsed if not data else quiet
            ready, _, _ = select.select([self.fd], [], [], wait)
            if not ready:
                break
            try:
                piece = os.read(self.fd, 1 << 20)
            except OSError:
                break
            if not piece:
                break
            last = time.perf_counter() - started
            first = min(first, last)
            data += piece
            pieces.append((last, len(piece)))
        self.output += data
        return Burst(data, first, last, tuple(pieces))

    def press(self, keys: str) -> bytes:
        """Type and let it be answered; a lone escape is one only when nothing followed it for a while."""
        self.send(keys)
        return self.settle(_ESCAPE if keys.endswith("\x1b") else 0.05)

    def settle(self, quiet: float = 0.05, timeout: float = PATIENCE) -> bytes:
        """Read until for `quiet` seconds nothing came and no thread of the program wanted the processor (Linux).

        Silence alone says nothing on a loaded machine: a program that waits for its turn is silent too.

        Returns:
            What came meanwhile.
        """
        begun, calm = len(self.output), time.perf_counter()
        deadline = calm + timeout
        while (now := time.perf_counter()) < deadline and now - calm < quiet:
            if self.burst(quiet=0.005, timeout=0.01).data or self._busy():
                calm = time.perf_counter()
        return self.output[begun:]

    def _busy(self) -> bool:
        """Whether a thread runs, waits for its turn or for the disk."""
        try:
            threads = list(Path(f"/proc/{self.pid}/task").iterdir())
            return any(t.joinpath("stat").read_text().rsplit(")", 1)[1].split()[0] in "RD" for t in threads)
        except OSError:  # one ended meanwhile, or all of them
            return False

    def wait_for(self, text: bytes, timeout: float = PATIENCE, *, since: int = 0) -> float:
        """Seconds since the start until `text` stood in the output; TimeoutError when it never did.

        Args:
            since: Only behind so many bytes of the output.
        """
        seen = self.output.find(text, since)
        deadline = time.perf_counter() + timeout
        while seen < 0:
            left = deadline - time.perf_counter()
            ready, _, _ = select.select([self.fd], [], [], max(0.0, left))
            if not ready:
                raise TimeoutError(f"{text!r} did not come within {timeout} s")
            try:
                self.output += os.read(self.fd, 1 << 20)
            except OSError as error:
                raise TimeoutError(f"the program ended before {text!r} came") from error
            seen = self.output.find(text, since)
        return time.perf_counter() - self.started

    def signal(self, number: signal.Signals) -> None:
        """Send the child a signal."""
        os.kill(self.pid, number)

    def hang_up(self) -> None:
        """Take the terminal away."""
        os.close(self.fd)
        self.fd = -1

    def wait(self, timeout: float = PATIENCE) -> int:
        """The exit status, as a shell would say it (128 + signal); TimeoutError when it does not end."""
        deadline = time.perf_counter() + timeout
        while self.status is None:
            if self.fd >= 0:
                self.burst(quiet=0.01, timeout=0.05)
            else:
                time.sleep(0.05)
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                code = os.waitstatus_to_exitcode(status)
                self.status = code if code >= 0 else 128 - code
            elif time.perf_counter() > deadline:
                raise TimeoutError(f"process {self.pid} did not end within {timeout} s")
        return self.status

    def cpu_seconds(self) -> float:
        """Processor time the child has used so far (Linux)."""
        with open(f"/proc/{self.pid}/stat") as file:  # noqa: PTH123
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory_bytes(self) -> int:
        """Resident memory of the child now (Linux)."""
        with open(f"/proc/{self.pid}/statm") as file:  # noqa: PTH123
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.status is None:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        if self.fd >= 0:
            os.close(self.fd)

"""Reading files that hold secrets, and writing files whole.

A file is judged after it was opened, by `fstat`: nobody can swap it in between. It is opened with O_NONBLOCK, so
that a FIFO in its place does not hang the program.
"""

import contextlib
import errno
import glob
import os
import shlex
import stat
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from tui.domain.errors import ConfigError

__all__ = ["Private", "named_path", "own_directory", "read_private", "write_whole"]

_CAP = 1_000_000
"""Bytes; no credentials file is larger."""
_STALE_SECONDS = 3600
"""No write takes so long: its temporary file is one that was left behind."""


@dataclass(frozen=True, slots=True)
class Private:
    """The text of a file that holds a secret."""

    text: str
    exposed: str | None = None
    """For official tools' files: who else can read it, and the `chmod` that repairs it."""


def named_path(text: str, where: str) -> Path:
    """The path that a text of the configuration names; `~` and `~name` are homes.

    Raises:
        ConfigError: No file can have this name, or there is no such home.
    """
    if "\0" in text:
        raise ConfigError(f"{where}: no file can have this name")
    try:
        return Path(text).expanduser()
    except RuntimeError:
        raise ConfigError(f"{where}: there is no home {text.split('/')[0]}; write the whole path") from None


def read_private(path: Path, *, official: bool = False) -> Private:
    """Read a file that holds a secret, if nobody else could have read or changed it (R5).

    Args:
        path: A symlink is followed only where the user owns the link and what it leads to.
        official: Another tool wrote it: that others can read it is told in `exposed`, not refused.

    Raises:
        FileNotFoundError: There is no such file.
        ConfigError: It cannot be trusted or read; the message says what repairs it.
    """
    try:
        if path.is_symlink() and os.lstat(path).st_uid != os.geteuid():
            raise ConfigError(f"{path} is a link that another user made; it is not followed")
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}") from error
    try:
        exposed = _judge(path, os.fstat(handle), official)
        with os.fdopen(os.dup(handle), "rb") as file:
            data = file.read(_CAP + 1)
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}") from error
    finally:
        os.close(handle)
    if len(data) > _CAP:
        raise ConfigError(f"{path} is too large to be a file of credentials")
    try:
        return Private(data.decode("utf-8-sig"), exposed)
    except UnicodeDecodeError:
        raise ConfigError(f"{path} is not text in UTF-8") from None


def _judge(path: Path, found: os.stat_result, official: bool) -> str | None:
    repair = f"run: chmod 600 {shlex.quote(str(path))}"
    if not stat.S_ISREG(found.st_mode):
        raise ConfigError(f"{path} is not a regular file; write the secret into a file with mode 0600")
    if found.st_uid != os.geteuid():
        raise ConfigError(f"{path} belongs to another user; copy it to a file of your own with mode 0600")
    if found.st_mode & 0o022:
        raise ConfigError(f"{path} can be written by others; {repair}")
    if found.st_mode & 0o044:
        if not official:
            raise ConfigError(f"{path} can be read by others; {repair}")
        return f"{path} can be read by others; {repair}"
    return None


def own_directory(path: Path) -> None:
    """Make a directory of ours and what is missing above it, all of them 0700 (R48).

    Raises:
        OSError: It cannot be made; or a link leads to a directory of another user, who could read or swap what we
            write there.
    """
    _not_led_away(path)
    missing = []
    while not path.exists() and not path.is_symlink() and path != path.parent:
        missing.append(path)
        path = path.parent
    for place in reversed(missing):  # `mkdir(parents=True)` makes parents with the mode of the umask
        with contextlib.suppress(FileExistsError):
            place.mkdir(mode=0o700)


def _not_led_away(path: Path) -> None:
    """No link on the way leads to what belongs to neither us nor the system."""
    for place in (path, *path.parents):
        if place.is_symlink() and place.exists() and place.stat().st_uid not in {os.geteuid(), 0}:
            raise PermissionError(errno.EPERM, "a link leads to a directory of another user", str(place))


def write_whole(path: Path, data: bytes) -> None:
    """Replace a file in one step, so that nobody ever sees a half of it (R48).

    A symlink stays one: what it leads to is replaced. An existing file keeps its mode, a new one gets 0600, new
    directories 0700.

    Raises:
        OSError: The old content is untouched then.
    """
    target = Path(os.path.realpath(path))
    _not_led_away(path.parent)
    own_directory(target.parent)
    mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else 0o600
    _sweep(target)
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".tmp", dir=target.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(mode)
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _sweep(target: Path) -> None:
    """Take away what an earlier write left behind when it was killed; a young one may still be at work."""
    for left in target.parent.glob(f".{glob.escape(target.name)}.*.tmp"):
        with contextlib.suppress(OSError):
            facts = left.lstat()
            if facts.st_uid == os.getuid() and time.time() - facts.st_mtime > _STALE_SECONDS:
                left.unlink()

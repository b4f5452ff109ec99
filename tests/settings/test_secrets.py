"""Where tokens come from, and which files are trusted."""

import os
import sys
import threading
from pathlib import Path
from types import ModuleType

import pytest

from tests.support.tripwire import Tripwire
from tests.support.waiting import PATIENCE
from tui.domain.errors import ConfigError
from tui.settings import secrets
from tui.settings.files import read_private, write_whole
from tui.settings.secrets import CommandToken, EnvToken, FileToken, KeyringToken, checked, read_token, token_source


def secret_file(path: Path, text: str, mode: int = 0o600) -> Path:
    path.write_text(text)
    path.chmod(mode)
    return path


def test_r04_a_token_comes_from_a_variable_a_file_or_a_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tripwire: Tripwire
) -> None:
    monkeypatch.setenv("T", tripwire.token + "\n")
    path = secret_file(tmp_path / "t", f"  {tripwire.token}\n")
    tripwire.allowed.add(path)
    command = CommandToken((sys.executable, "-c", "import os; print(os.environ['T'])"))
    for source in (EnvToken("T"), FileToken(path), command):
        token = read_token(source)
        assert token.reveal() == tripwire.token
        assert not tripwire.found(f"{source} {source!r} {token!r} {token}")


def test_r04_a_command_is_run_without_a_shell(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be started"):
        read_token(CommandToken((f"touch {tmp_path}/x",)))
    with pytest.raises(ConfigError, match="status 3"):
        read_token(CommandToken((sys.executable, "-c", "raise SystemExit(3)")))


def test_r04_a_command_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "COMMAND_SECONDS", 0.05)
    with pytest.raises(ConfigError, match="did not end"):
        read_token(CommandToken((sys.executable, "-c", "import threading; threading.Event().wait(30)")))


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("while True: print('t' * 10_000)", "more than a token"),
        ("import os, subprocess as s; s.Popen(['cat'], stdin=os.open('held', os.O_RDONLY)); print('t0ken')", ""),
        (
            "import sys; print('\\x1b]0;x\\x07\\nno \\x1b[31mkey', file=sys.stderr); sys.exit(2)",
            "status 2: no ␛.31mkey",
        ),
        ("import sys; print('x' * 500_000, file=sys.stderr); print('t0ken')", ""),
    ],
)
def test_r04_a_command_cannot_fill_us_hold_us_or_write_on_our_screen(
    program: str, said: str, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Endless output, a process left behind with our pipe, and control bytes on the terminal: none of it arrives."""
    monkeypatch.setattr(secrets, "COMMAND_SECONDS", PATIENCE)
    monkeypatch.chdir(tmp_path)
    os.mkfifo("held")
    held = os.open("held", os.O_RDWR)
    command = CommandToken((sys.executable, "-c", program))
    if said:
        with pytest.raises(ConfigError, match=said):
            read_token(command)
    else:
        assert read_token(command).reveal() == "t0ken"
    assert capfd.readouterr() == ("", "")
    os.close(held)  # ends a process that was left behind


@pytest.mark.parametrize("path", ["~no-such-user/token", "a\0b"])
def test_a_path_that_no_file_can_have_is_named(path: str, tmp_path: Path) -> None:
    """It is a mistake in the configuration, not an internal error."""
    with pytest.raises(ConfigError, match=r"no home ~no-such-user|no file can have"):
        token_source({"file": path}, "a", "token", tmp_path)
    with pytest.raises(ConfigError, match="cannot be started"):
        read_token(CommandToken(("a\0b",)))


@pytest.mark.parametrize(("answer", "said"), [("hang", "no answer"), (None, "no such entry"), ("raise", "KeyError")])
def test_r04_a_keyring_is_probed_and_given_up(monkeypatch: pytest.MonkeyPatch, answer: str | None, said: str) -> None:
    release = threading.Event()

    def get_password(service: str, user: str) -> str | None:
        if answer == "raise":
            raise KeyError("the password itself")
        if answer == "hang":
            release.wait(30)
        return None

    module = ModuleType("keyring")
    module.get_password = get_password  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "keyring", module)
    monkeypatch.setattr(secrets, "KEYRING_SECONDS", 0.05)
    with pytest.raises(ConfigError, match=said) as caught:
        read_token(KeyringToken("taskdeck", "a"))
    release.set()
    assert "password itself" not in str(caught.value)


def test_t13_a_missing_keyring_package_is_named_with_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """Mutation: `_from_keyring` lets the ImportError through."""
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(ConfigError, match=r"cannot be read: install taskdeck with the extra `keyring`"):
        read_token(KeyringToken("taskdeck", "a"))


def test_a_missing_variable_or_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="NO_SUCH is not set"):
        read_token(EnvToken("NO_SUCH"))
    with pytest.raises(ConfigError, match="does not exist"):
        read_token(FileToken(tmp_path / "none"))


@pytest.mark.parametrize(
    "bad", ["", "  \n", "two words", "tab\tulator", "line\nbreak", "caf\u00e9", "esc\x1b[0m", "\x7f"]
)
def test_r06_a_bad_token_is_described_and_not_shown(bad: str) -> None:
    with pytest.raises(ConfigError) as caught:
        checked(bad, "variable T")
    assert "variable T" in str(caught.value)
    for word in bad.split():
        assert word not in str(caught.value)


@pytest.mark.parametrize(
    ("mode", "official", "ours"),
    [(0o600, "quiet", "read"), (0o400, "quiet", "read"), (0o640, "warned", "refused"), (0o644, "warned", "refused"),
     (0o660, "refused", "refused"), (0o606, "refused", "refused"), (0o620, "refused", "refused")],
)  # fmt: skip
def test_r05_a_files_mode_decides(tmp_path: Path, mode: int, official: str, ours: str) -> None:
    path = secret_file(tmp_path / "a b", "x", mode)
    for kind, expected in ((True, official), (False, ours)):
        if expected == "refused":
            with pytest.raises(ConfigError, match="chmod 600 '"):
                read_private(path, official=kind)
        else:
            assert ("chmod 600" in (read_private(path, official=kind).exposed or "")) == (expected == "warned")


def test_r05_a_pipe_a_directory_and_a_foreign_owner_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.mkfifo(tmp_path / "pipe", 0o600)
    for path in (tmp_path / "pipe", tmp_path):
        with pytest.raises(ConfigError, match=r"not a regular file|cannot be read"):
            read_private(path)
    path = secret_file(tmp_path / "t", "x")
    link = tmp_path / "link"
    link.symlink_to(path)
    assert read_private(link).text == "x"
    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    with pytest.raises(ConfigError, match="another user"):
        read_private(path)
    with pytest.raises(ConfigError, match="link that another user made"):
        read_private(link)


def test_r05_too_much_and_no_text_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="too large"):
        read_private(secret_file(tmp_path / "a", "x" * 1_000_001))
    (tmp_path / "b").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "b").chmod(0o600)
    with pytest.raises(ConfigError, match="UTF-8"):
        read_private(tmp_path / "b")


def test_a_token_in_the_configuration_needs_a_private_file(tmp_path: Path, tripwire: Tripwire) -> None:
    config = secret_file(tmp_path / "c.toml", "", 0o644)
    with pytest.raises(ConfigError, match="chmod 600"):
        token_source(tripwire.token, "a", "token", config)
    config.chmod(0o600)
    source = token_source(tripwire.token, "a", "token", config)
    assert read_token(source).reveal() == tripwire.token
    assert not tripwire.found(repr(source))


def test_r48_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = secret_file(tmp_path / "real", "old", 0o640)
    link = tmp_path / "link"
    link.symlink_to(real)
    write_whole(link, b"new")
    assert link.is_symlink()
    assert (real.read_text(), real.stat().st_mode & 0o777) == ("new", 0o640)
    write_whole(tmp_path / "deep" / "fresh", b"x")
    assert (tmp_path / "deep" / "fresh").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "deep").stat().st_mode & 0o777 == 0o700

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_whole(real, b"half")
    assert real.read_text() == "new"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["deep", "link", "real"]

"""The machine stays out: every test has an empty home, no credentials, and a token that must not show up anywhere."""

import base64
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

# `nohup`, a shell's `&` and some job runners ignore these; the programs under test would inherit that and honour it.
if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

CREDENTIALS = (
    "SB_API_ENDPOINT", "SB_AUTH_TOKEN", "QARNOT_CLIENT_TOKEN", "QARNOT_CLUSTER_URL", "QARNOT_LOCAL_PATH",
    "QARNOT_GLOBAL_PATH", "ET_ENGINE_API_KEY", "TASKDECK_CONFIG",
)  # fmt: skip
SURROUNDINGS = (
    "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "all_proxy", "no_proxy",
    "SSL_CERT_FILE", "SSL_CERT_DIR", "NO_COLOR", "CLICOLOR_FORCE",
)  # fmt: skip


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home; configuration, data, cache and state directories lie below it."""
    place = tmp_path_factory.mktemp("home")
    for name in (*CREDENTIALS, *SURROUNDINGS, *(v for v in os.environ if v.startswith("TASKDECK_"))):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(place))
    for kind in ("config", "data", "cache", "state"):
        monkeypatch.setenv(f"XDG_{kind.upper()}_HOME", str(place / kind))
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    return place


class Tripwire:
    """A token that is searched for, in every form it could leak in, in all that a test produced (R8)."""

    token = "tripwire+0123456789/abcdef=="

    def __init__(self) -> None:
        self.allowed: set[Path] = set()

    def forms(self) -> tuple[bytes, ...]:
        """The clear text, percent-encoded, and the two alphabets of base64 without their ends."""
        raw = self.token.encode()
        return (
            raw,
            quote(self.token, safe="").encode(),
            base64.b64encode(raw).rstrip(b"=")[:-1],
            base64.urlsafe_b64encode(raw).rstrip(b"=")[:-1],
        )

    def found(self, text: str | bytes) -> bool:
        """Whether any form is in there."""
        data = text.encode("utf-8", "surrogateescape") if isinstance(text, str) else text
        return any(form in data for form in self.forms())


@pytest.fixture
def tripwire(home: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> Iterator[Tripwire]:
    """The tripwire; afterwards logs and all files but those in `allowed` are searched for it."""
    wire = Tripwire()
    yield wire
    assert not wire.found(caplog.text), "the token is in a log"
    for place in (home, tmp_path):
        for path in place.rglob("*"):
            if path.is_file() and path not in wire.allowed:
                assert not wire.found(path.read_bytes()), f"the token is in {path}"

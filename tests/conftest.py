"""The machine stays out: every test has an empty home, no credentials, and a token that must not show up anywhere."""

import os
import signal
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path

import hypothesis
import pytest
import textual.app
import textual.pilot

from tests.support.idle import no_work_is_left, note_threads
from tests.support.tripwire import Tripwire
from tui.ui.present.zone import use_zone

# `nohup`, a shell's `&` and some job runners ignore these; the programs under test would inherit that and honour it.
if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# An example that waits for its turn on a busy machine is no slow one.
hypothesis.settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("any machine")

note_threads()
textual.app.wait_for_idle = textual.pilot.wait_for_idle = no_work_is_left  # type: ignore[attr-defined]

CREDENTIALS = (
    "SB_API_ENDPOINT", "SB_AUTH_TOKEN", "QARNOT_CLIENT_TOKEN", "QARNOT_CLUSTER_URL", "QARNOT_LOCAL_PATH",
    "QARNOT_GLOBAL_PATH", "ET_ENGINE_API_KEY", "TASKDECK_CONFIG",
)  # fmt: skip
SURROUNDINGS = (
    "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "all_proxy", "no_proxy",
    "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NO_COLOR", "CLICOLOR_FORCE",
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
    monkeypatch.setenv("TASKDECK_SLURM", "off")  # the machine may be a login node
    use_zone(UTC)  # an app of an earlier test may have chosen another
    return place


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

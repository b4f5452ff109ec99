"""Two programs on one account that act on one task in the same moment, over HTTP (R39, R41)."""

import asyncio
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from tests.support.sandbox import served, still

_PATIENCE = 240
"""Seconds until a process that should end is given up."""


class Gate:
    """The sandbox, with each action held until it is let through."""

    def __init__(self) -> None:
        self.sandbox = still(tasks=60)
        self.arrived = threading.Semaphore(0)
        """Released by each action that comes."""
        self.open = threading.Event()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and "/actions/" in scope["path"]:
            self.arrived.release()
            while not self.open.is_set():  # noqa: ASYNC110
                await asyncio.sleep(0.01)  # opened by another thread
        await self.sandbox.app(scope, receive, send)

    def wait(self) -> None:
        assert self.arrived.acquire(timeout=_PATIENCE)


def _configured(gate: Gate, base: str, place: Path) -> Path:
    """A configuration that names the first account."""
    account = gate.sandbox.accounts(base)[0]
    token = place / "token"
    token.touch(0o600)
    token.write_text(account["token"])
    config = place / "config.toml"
    config.write_text(
        f'[accounts.cgc]\nplatform = "sevenbridges"\nurl = "{account["url"]}"\ntoken = {{ file = "{token}" }}\n'
    )
    return config


@contextmanager
def _program(config: Path, home: Path, *words: str) -> Iterator["subprocess.Popen[str]"]:
    """One on the host whose files lie in `home`."""
    environment = os.environ | {"XDG_DATA_HOME": str(home), "XDG_STATE_HOME": str(home)}
    command = [sys.executable, "-m", "tui", "--config", str(config), *words, "--yes", "-o", "json"]
    with subprocess.Popen(command, env=environment, text=True, stdout=-1, stderr=-1) as process:
        try:
            yield process
        finally:
            process.kill()


def _ended(process: "subprocess.Popen[str]") -> tuple[int, str]:
    """Exit code and outcome."""
    out, err = process.communicate(timeout=_PATIENCE)
    assert out, err
    return process.returncode, json.loads(out)[0]["outcome"]


def _ref(gate: Gate, status: str) -> str:
    account = gate.sandbox.mounted[0].app
    now = account.account.clock.now()
    scripts = (account.account.script(handle) for handle in account.account.handles(now, None))
    return f"cgc:{next(s.id for s in scripts if account.changes.status(s) == status and s.children is None)}"


def test_t11_on_one_host_the_second_finds_the_first_and_skips(tmp_path: Path) -> None:
    """While the first waits for the platform's answer, the second sends nothing and says who is at it."""
    gate = Gate()
    with served(SimpleNamespace(app=gate)) as base:  # type: ignore[arg-type]
        config = _configured(gate, base, tmp_path)
        ref = _ref(gate, "FAILED")
        with _program(config, tmp_path, "rerun", ref) as first:
            gate.wait()
            with _program(config, tmp_path, "rerun", ref) as second:
                assert _ended(second) == (0, "skipped")
            gate.open.set()
            assert _ended(first) == (0, "done")
    assert [row["verb"] for row in gate.sandbox.ledger.rows] == ["clone"]


def test_t11_on_two_hosts_the_loser_is_already_and_each_sends_once(tmp_path: Path) -> None:
    """Without a shared journal both requests go out; the platform refuses the later, whose aim is reached by then."""
    gate = Gate()
    with served(SimpleNamespace(app=gate)) as base:  # type: ignore[arg-type]
        config = _configured(gate, base, tmp_path)
        ref = _ref(gate, "RUNNING")
        with (
            _program(config, tmp_path / "one", "abort", ref) as first,
            _program(config, tmp_path / "two", "abort", ref) as second,
        ):
            gate.wait()
            gate.wait()
            gate.open.set()
            assert sorted((_ended(first), _ended(second))) == [(0, "already"), (0, "done")]
    assert [row["outcome"].split()[0] for row in gate.sandbox.ledger.rows] == ["done", "refused"]

"""`watch`: a line a change; what the rules ask for is told once, whatever happens to the network or the program."""

import asyncio
import io
import json
import tomllib
from collections.abc import Coroutine
from contextlib import redirect_stderr, redirect_stdout
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.store.test_telling import ADDRESS, Receiver
from tests.support.clocks import START, VirtualClock, run_virtual
from tests.support.fake_platform import Small
from tui.cli.watch import watch
from tui.cli.wiring import Session
from tui.domain.errors import ConfigError
from tui.domain.status import TaskStatus
from tui.platforms.http import asgi_transport
from tui.settings import load
from tui.settings.read import parse as settings_of

TOKEN = "first-token"
RULE = '[[watch]]\nname = "fails"\nfilter = ""\non = ["failed"]\n'
NOTIFY = '[notify]\nwebhook = { env = "HOOK" }\n'


class Watched:
    """A small account and `watch` over it, on a virtual clock."""

    def __init__(self, home: Path, extra: str = "", tasks: int = 40) -> None:
        self.receiver = Receiver()
        self.api = Small(lambda: START + timedelta(seconds=asyncio.get_running_loop().time()), TOKEN, tasks, 10, 1000)
        self.down = False
        self.token = home / "token"
        self.token.write_text(TOKEN)
        self.token.chmod(0o600)
        config = home / "c.toml"
        config.write_text(
            '[accounts.cgc]\nplatform = "sevenbridges"\nurl = "http://127.0.0.1:1/v2"\n'
            f'token = {{ file = "{self.token}" }}\n[refresh]\nvisible = "30s"\n{extra}'
        )
        self.session = Session(config=config, transport=asgi_transport(self._app), clock=VirtualClock())

    async def _app(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["path"].startswith("/hook"):
            await self.receiver(scope, receive, send)
        elif self.down:
            await send({"type": "http.response.start", "status": 503, "headers": []})
            await send({"type": "http.response.body", "body": b""})
        else:
            await self.api(scope, receive, send)

    async def steps(self) -> None:
        """Two tasks end, one fails, one begins: after five minutes."""
        await asyncio.sleep(300)
        self.ends("t00001", "COMPLETED")
        self.ends("t00002", "COMPLETED")
        self.ends("t00003", "FAILED")
        self.api.add("new", "RUNNING")

    def ends(self, id_: str, status: str) -> None:
        """It is over, two minutes after its start."""
        self.api.rows[id_] |= {"status": status, "end_time": "2026-11-24T16:05:00Z"}

    def batch(self, failed: int, total: int = 500, status: str = "RUNNING") -> None:
        """A batch of which so many children have failed, for one reason."""
        counts = {"failed": failed, "completed": 0, "running": total - failed, "queued": 0, "aborted": 0}
        self.api.add("b", status, batch=True, execution_status=counts)
        for number in range(failed):
            self.api.add(
                f"b-{number}", "FAILED", parent="b", execution_status={"message": f"node {number} was out of memory"}
            )

    def run(
        self, *words: str, hours: float = 0.25, meanwhile: Coroutine[Any, Any, None] | None = None, **how: Any
    ) -> Any:
        """What `watch` prints in so many hours."""
        given: dict[str, Any] = {"query": None, "style": "ndjson", "on": (), "notify": False} | how
        out, err = io.StringIO(), io.StringIO()

        async def both() -> int:
            beside = None if meanwhile is None else asyncio.ensure_future(meanwhile)
            code = await watch(self.session, words, span=timedelta(hours=hours), **given)
            if beside is not None:
                await beside
            return code

        with redirect_stdout(out), redirect_stderr(err):
            code = run_virtual(both())
        lines = out.getvalue().splitlines()
        return code, [json.loads(line) for line in lines] if given["style"] == "ndjson" else lines, err.getvalue()


EXPECTED = {
    ("cgc:t00001", "running", "done"), ("cgc:t00002", "running", "done"), ("cgc:t00003", "running", "failed"),
    ("cgc:new", None, "running"),
}  # fmt: skip


def seen(changes: list[dict[str, Any]]) -> list[tuple[str, str | None, str]]:
    return [(one["ref"], one["before"], one["status"]) for one in changes]


def test_each_change_is_one_line(home: Path) -> None:
    """What was so at the start is no change."""
    watched = Watched(home)
    code, changes, said = watched.run(meanwhile=watched.steps())
    assert (code, said) == (0, "")
    assert len(changes) == 4
    assert set(seen(changes)) == EXPECTED
    assert all(one["task"]["ref"] == one["ref"] for one in changes)


def test_a_filter_and_on_choose_the_lines(home: Path) -> None:
    watched = Watched(home)
    _, changes, _ = watched.run("name:t0000", on=("done",), meanwhile=watched.steps())
    assert sorted(one["ref"] for one in changes) == ["cgc:t00001", "cgc:t00002"]


def test_a_line_for_people(home: Path) -> None:
    watched = Watched(home)
    _, lines, _ = watched.run(style="text", query="id:t00003", meanwhile=watched.steps())
    (line,) = lines
    assert line.split(" ", 1)[1] == "cgc:t00003 running -> failed  task t00003"


def test_what_happened_while_nobody_watched_is_told_by_the_next(home: Path) -> None:
    """From the history: the first run saw it run, the second finds it ended."""
    watched = Watched(home)
    assert watched.run()[1] == []
    watched.ends("t00001", "COMPLETED")
    assert seen(watched.run()[1]) == [("cgc:t00001", "running", "done")]
    assert watched.run()[1] == []


def test_it_survives_a_lost_network(home: Path) -> None:
    """Said once, and once that it answers again; the changes come then."""
    watched = Watched(home)

    async def lose() -> None:
        await asyncio.sleep(120)
        watched.down = True
        await watched.steps()
        await asyncio.sleep(600)
        watched.down = False

    _, changes, said = watched.run(meanwhile=lose(), hours=1)
    assert set(seen(changes)) == EXPECTED
    assert said.count("it goes on") == 1
    assert said.count("cgc answers again") == 1


def test_it_survives_a_renewed_token(home: Path) -> None:
    """Refused, it reads the token again until it is taken."""
    watched = Watched(home)

    async def renew() -> None:
        await asyncio.sleep(120)
        watched.api.token = "renewed-token"
        await watched.steps()
        watched.token.write_text("renewed-token")

    _, changes, said = watched.run(meanwhile=renew(), hours=1)
    assert "the token is refused" in said
    assert "cgc answers again" in said
    assert set(seen(changes)) == EXPECTED


def test_failures_of_a_batch_are_one_message(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many of its children fail, at once or later, through an outage of the receiver and a restart."""
    monkeypatch.setenv("HOOK", ADDRESS)
    watched = Watched(home, NOTIFY + RULE)
    watched.batch(0)
    watched.receiver.down = 3

    async def lose() -> None:
        for failed in (80, 90):
            await asyncio.sleep(300)
            watched.batch(failed)

    watched.run(meanwhile=lose())
    watched.batch(95)
    watched.run()
    watched.batch(99, status="FAILED")
    watched.run()
    (got,) = (json.loads(body) for _, body in watched.receiver.got)
    assert got["title"] == "80 of 500 children of task b failed"
    assert "out of memory" in got["signature"]
    assert (got["status"], got["rules"], got["task"]["ref"]) == ("failed", ["fails"], "cgc:b")


def test_single_failures_of_one_moment_are_one_message_a_reason(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOOK", ADDRESS)
    watched = Watched(home, NOTIFY + RULE)

    async def fail() -> None:
        await asyncio.sleep(300)
        for number in range(8):
            watched.ends(f"t0000{number}", "FAILED")

    watched.run(meanwhile=fail())
    (got,) = (json.loads(body) for _, body in watched.receiver.got)
    assert got["count"] == 8
    assert len(got["refs"]) == 8


def test_notify_tells_what_the_filter_shows(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOOK", ADDRESS)
    watched = Watched(home, NOTIFY)
    watched.run("id:t00001", on=("done",), notify=True, meanwhile=watched.steps())
    (got,) = (json.loads(body) for _, body in watched.receiver.got)
    assert got["title"] == "done: task t00001"


def test_two_that_watch_tell_once(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the interface and `watch` do, with one history."""
    monkeypatch.setenv("HOOK", ADDRESS)
    watched = Watched(home, NOTIFY + RULE)

    async def other() -> None:
        await watch(watched.session, (), None, "ndjson", (), timedelta(minutes=15), notify=False)

    async def beside() -> None:
        await asyncio.gather(other(), watched.steps())

    watched.run(meanwhile=beside())
    assert len(watched.receiver.got) == 1


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('[notify]\nquiet = "22-7"', "span of the day"),
        ('[notify]\nmail = "a b"', "one mail address"),
        ('[notify]\nmail = "-oQ/tmp@x"', "one mail address"),
        ('[notify]\ncommand = "notify-send x"', "list of texts"),
        ("[notify]\nwebhook = 3", "not a token source"),
        ('[notify]\nterminal = "yes"', "one of unfocused"),
        ('[[watch]]\nfilter = "x"', "has no name"),
        ('[[watch]]\nname = "a"\non = ["dead"]', "on is a list of"),
        ('[[watch]]\nname = "a"\nways = ["pigeon"]', "ways is a list of"),
        ('[[watch]]\nname = "a"\n[[watch]]\nname = "a"', "two"),
        ('[[watch]]\nname = "a"\ncolour = 1', "unknown key colour"),
        ('watch = "a"', "list of tables"),
    ],
)
def test_a_mistake_in_the_settings_is_named(text: str, why: str) -> None:
    with pytest.raises(ConfigError, match=why):
        settings_of(tomllib.loads(text), Path("c.toml"))


def test_the_settings_are_read(home: Path) -> None:
    path = home / "c.toml"
    path.write_text(f'{NOTIFY}command = ["x", "y"]\nquiet = "22:00-07:00"\n{RULE}ways = ["mail"]\n')
    found = load(path)
    assert found.outward.command == ("x", "y")
    assert str(found.outward.webhook) == "environment variable HOOK"
    assert found.notify.quiet == "22:00-07:00"
    assert found.watches[0].ways == ("mail",)
    assert found.watches[0].on == (TaskStatus.FAILED,)
    assert found.notices == ()

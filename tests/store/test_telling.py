"""What goes out, by which way, in which form; what hostile names and lost receivers cannot do."""

import asyncio
import json
import re
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.domain.samples import NOW, make
from tests.support.clocks import VirtualClock, virtual
from tests.support.hostile_demo import HOSTILE
from tui.domain.status import TaskStatus
from tui.domain.task import Task
from tui.platforms.http import asgi_transport
from tui.settings.notify import Notify, Outward, quiet_until
from tui.settings.secrets import EnvToken
from tui.store.history.database import History
from tui.store.history.outbox import Outbox
from tui.store.notify.message import Message, payload
from tui.store.notify.send import NotSent, Senders
from tui.store.notify.service import Notifier
from tui.store.notify.terminal import notification

ADDRESS = "http://127.0.0.1:9/hook/planted-secret"
WORDS = Message.of("failed: star", "OOM: killed", status="failed", count=1, refs=["cgc:t1"])


class Receiver:
    """A webhook on loopback that notes what it gets."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.down = 0
        """So many calls are answered 503."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        body = (await receive())["body"]
        status = 503 if self.down else 204
        if self.down:
            self.down -= 1
        else:
            self.got.append(({k.decode(): v.decode() for k, v in scope["headers"]}, body))
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": b""})


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"TERM": "xterm-kitty"}, "\x1b]99;i=taskdeck:d=0:p=title;t\x1b\\\x1b]99;i=taskdeck:d=1:p=body;b\x1b\\"),
        ({"TERM": "foot"}, "\x1b]777;notify;t;b\x1b\\"),
        ({"TERM_PROGRAM": "ghostty"}, "\x1b]777;notify;t;b\x1b\\"),
        ({"TERM": "xterm-256color"}, "\x1b]9;taskdeck: t: b\x1b\\"),
        ({"TERM": "tmux-256color", "TMUX": "x"}, "\x1bPtmux;\x1b\x1b]9;taskdeck: t: b\x1b\x1b\\\x1b\\"),
        ({"TERM": "screen", "STY": "x"}, "\x1bP\x1b]9;taskdeck: t: b\a\x1b\\"),
    ],
)
def test_each_terminal_gets_the_bytes_it_understands(environment: Mapping[str, str], expected: str) -> None:
    assert notification("t", "b", environment) == expected


@pytest.mark.parametrize("environment", [{"TERM": "xterm"}, {"TERM": "xterm-kitty"}, {"TERM": "foot"}])
@pytest.mark.parametrize("text", [*HOSTILE, "a;b\x07c\x1b\\d\x9ce", "x" * 10_000, "\u202egnp"])
def test_a_hostile_name_cannot_form_a_sequence(environment: Mapping[str, str], text: str) -> None:
    """Between the frame that is ours stands printable ASCII only."""
    found = notification(text, text, environment)
    inside = re.sub(r"\x1b\](?:9|99|777);|\x1b\\", "", found)
    assert re.fullmatch(r"[ -~]*", inside)
    assert len(found) < 600


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("shape", ["slack", "mattermost", "discord", "ntfy", "json"])
def test_each_receiver_gets_its_form_and_no_mention(shape: str, text: str) -> None:
    """`@channel`, `<!here>` and Markdown of a task's name are text."""
    body, headers = payload(Message.of(f"{text} <!channel> @everyone", "x", status="failed", count=1), shape)
    assert all(" " <= c <= "~" for value in headers.values() for c in value)
    if shape == "ntfy":
        assert headers["Title"]
        return
    value = json.loads(body)
    said = value.get("text", "") + value.get("content", "") if shape != "json" else ""
    assert "<!channel>" not in said
    assert shape == "slack" or "@everyone" not in said  # there, only what stands in <> is a mention
    assert shape != "discord" or value["allowed_mentions"] == {"parse": []}


def test_a_message_holds_no_secret() -> None:
    """Not in its words, nor in the task that goes with it."""
    task = {"reason": "password=pl4nted0secret", "errors": [{"message": "Bearer pl4nted0secret"}]}
    message = Message.of("token: pl4nted0secret", "x", status="failed", count=1, task=task)
    assert "pl4nted0secret" not in message.json
    assert Message.read(message.json).task["errors"]


def senders(receiver: Receiver, **notify: Any) -> Senders:
    return Senders(replace(Notify(), **notify), Outward(webhook=EnvToken("HOOK")), transport=asgi_transport(receiver))


def failed(id_: str = "t1", hour: float = 0, **fields: Any) -> Task:
    task: Task = make(id_, status=TaskStatus.FAILED, started=NOW + timedelta(hours=hour), **fields)
    return task


def put(outbox: Outbox, groups: dict[str, list[Task]], now: datetime, **rest: Any) -> tuple[str, ...]:
    return outbox.claim(groups, lambda keys: [(key, WORDS.json, ["webhook"]) for key in keys], now, **rest)


@virtual
async def test_exactly_one_message_through_outages_and_restarts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The receiver is away for five tries, the program is ended and begun anew, and two run at once."""
    monkeypatch.setenv("HOOK", ADDRESS)
    receiver, clock, said = Receiver(), VirtualClock(), list[str]()
    receiver.down = 5
    for _ in range(3):
        with History(tmp_path / "h.db") as one, History(tmp_path / "h.db") as two:
            boxes = [Outbox(one), Outbox(two)]
            for box in boxes:
                put(box, {"cgc:b oom": [failed("b1"), failed("b2")]}, clock.now())
            work = [asyncio.ensure_future(Notifier(box, senders(receiver), clock, said.append).run()) for box in boxes]
            await asyncio.sleep(300)
            for task in work:
                task.cancel()
            await asyncio.gather(*work, return_exceptions=True)
    assert len(receiver.got) == 1
    headers, body = receiver.got[0]
    assert json.loads(body)["title"] == "failed: star"
    assert not {"authorization", "x-sbg-auth-token", "cookie"} & set(headers)
    assert said
    assert all("planted-secret" not in text for text in (*said, caplog.text))


def test_a_group_is_told_once_an_attempt(tmp_path: Path) -> None:
    """More members later are no new message; one that ran again is."""
    with History(tmp_path / "h.db") as history:
        outbox = Outbox(history)
        assert put(outbox, {"b oom": [failed(f"c{n}") for n in range(500)]}, NOW) == ("b oom",)
        assert put(outbox, {"b oom": [failed(f"c{n}") for n in range(500, 900)]}, NOW) == ()
        assert put(outbox, {"b disk": [failed("c901")]}, NOW) == ("b disk",)
        assert put(outbox, {"b oom": [failed("c1", 2)]}, NOW) == ("b oom",)
        assert put(outbox, {"b oom": [failed("c1", 2), failed("c2", 2)]}, NOW) == ()


def test_without_a_file_it_is_told_once_a_run() -> None:
    with History(None) as history:
        assert put(Outbox(history), {"a": [failed()]}, NOW) == ("a",)
        assert put(Outbox(history), {"a": [failed()]}, NOW) == ()


def test_a_message_is_dropped_after_a_day(tmp_path: Path) -> None:
    with History(tmp_path / "h.db") as history:
        outbox = Outbox(history)
        put(outbox, {"a": [failed()]}, NOW)
        (due,) = outbox.due(NOW, ["webhook"])
        assert outbox.due(NOW, ["webhook"]) == ()
        assert outbox.failed(due, NOW)
        assert not outbox.failed(due, NOW + timedelta(days=2))
        assert outbox.due(NOW + timedelta(days=3), ["webhook"]) == ()


def test_quiet_hours_hold_it_back(tmp_path: Path) -> None:
    with History(tmp_path / "h.db") as history:
        outbox = Outbox(history)
        put(outbox, {"a": [failed()]}, NOW, not_before=NOW + timedelta(hours=7))
        assert outbox.due(NOW + timedelta(hours=6), ["webhook"]) == ()
        assert len(outbox.due(NOW + timedelta(hours=7), ["webhook"])) == 1


@pytest.mark.parametrize(
    ("hours", "now", "until"),
    [
        ("22:00-07:00", "2026-11-24T23:30", "2026-11-25T07:00"),
        ("22:00-07:00", "2026-11-24T05:00", "2026-11-24T07:00"),
        ("22:00-07:00", "2026-11-24T12:00", None),
        ("12:00-13:00", "2026-11-24T12:59", "2026-11-24T13:00"),
        ("12:00-13:00", "2026-11-24T13:00", None),
        ("", "2026-11-24T13:00", None),
    ],
)
def test_quiet_hours_are_those_of_the_display_zone(hours: str, now: str, until: str | None) -> None:
    zone = ZoneInfo("Europe/Berlin")
    at = datetime.fromisoformat(now).replace(tzinfo=zone).astimezone(UTC)
    expected = None if until is None else datetime.fromisoformat(until).replace(tzinfo=zone)
    assert quiet_until(hours, at, zone) == expected


async def test_a_command_gets_the_message_on_its_standard_input(tmp_path: Path) -> None:
    """As one JSON object, by an argument list: no word of it is a shell's."""
    out = tmp_path / "out"
    program = "import sys; open(sys.argv[1], 'w').write(sys.stdin.read() + sys.argv[2])"
    words = (sys.executable, "-c", program, str(out), "$(touch x); `id`")
    await Senders(Notify(), Outward(command=words)).send("command", WORDS)
    first, _, second = out.read_text().partition("\n")
    assert json.loads(first)["refs"] == ["cgc:t1"]
    assert second == "$(touch x); `id`"


async def test_what_goes_wrong_is_said_without_the_address(monkeypatch: pytest.MonkeyPatch) -> None:
    receiver = Receiver()
    receiver.down = 1
    monkeypatch.setenv("HOOK", ADDRESS)
    with pytest.raises(NotSent, match="the answer was 503") as caught:
        await senders(receiver).send("webhook", WORDS)
    assert "planted" not in str(caught.value)
    monkeypatch.setenv("HOOK", "http://example.org/planted-secret")
    with pytest.raises(NotSent, match="not https") as caught:
        await senders(receiver).send("webhook", WORDS)
    assert "planted" not in str(caught.value)
    words = (sys.executable, "-c", "import sys; sys.stderr.write('no\\n'); sys.exit(3)")
    with pytest.raises(NotSent, match="ended with 3: no"):
        await Senders(Notify(), Outward(command=words)).send("command", WORDS)
    with pytest.raises(NotSent, match="cannot be started"):
        await Senders(Notify(), Outward(command=("/nowhere/x",))).send("command", WORDS)


async def test_mail_goes_to_the_local_sendmail(tmp_path: Path) -> None:
    """A name with line ends makes no header."""
    out, program = tmp_path / "mail", tmp_path / "sendmail"
    program.write_text(f"#!/bin/sh\ncat > {out}\n")
    program.chmod(0o755)
    sender = Senders(Notify(mail="me@example.org"), Outward(), which=lambda name: str(program))
    assert sender.ways == {"mail"}
    await sender.send("mail", Message.of("x\r\nBcc: all@example.org", "text", status="done", count=1))
    text = out.read_text()
    assert "To: me@example.org\n" in text
    assert "\nBcc:" not in text

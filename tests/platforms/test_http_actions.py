"""An action is sent once, whatever happens; on a read-only account never (R33, R42)."""

from typing import Any, Literal

import httpx
import pytest

from tests.support.servers import SHAPE, Scripted, answer, client, http, raw_server, sends
from tui.domain.errors import PlatformError, ReadOnly, Sent

NEVER_SENT = [
    httpx.ConnectError("refused"),
    httpx.ConnectTimeout("slow"),
    httpx.PoolTimeout("full"),
    httpx.UnsupportedProtocol("ftp"),
    httpx.LocalProtocolError("header"),
]
MAYBE = [
    httpx.ReadTimeout("slow"),
    httpx.ReadError("reset"),
    httpx.WriteTimeout("slow"),
    httpx.WriteError("reset"),
    httpx.RemoteProtocolError("closed"),
    httpx.DecodingError("bad"),
    ConnectionResetError("reset"),
    answer(500),
    answer(503),
    answer(504),
    answer(408),
    answer(302),
    httpx.Response(200, content=b""),
    httpx.Response(200, content=b"<html>"),
    httpx.Response(200, content=b'{"ok": tr'),
    answer(201, {"other": 1}),
]
REFUSED = [answer(s) for s in (400, 401, 403, 404, 409, 410, 422, 429)] + [answer(429, headers={"Retry-After": "1"})]


@pytest.mark.parametrize(
    ("failure", "sent"),
    [(f, Sent.NO) for f in NEVER_SENT] + [(f, Sent.MAYBE) for f in MAYBE] + [(f, Sent.REFUSED) for f in REFUSED],
)
@pytest.mark.parametrize("method", ["POST", "DELETE"])
async def test_r33_an_action_is_sent_once_under_every_failure(
    failure: Any, sent: Sent, method: Literal["POST", "DELETE"]
) -> None:
    """And its error says what the failure proves."""
    transport = Scripted(failure)
    async with client(transport) as api:
        with pytest.raises(PlatformError) as failed:
            await api.act(method, "/tasks/1/actions/run", doing="running", into=SHAPE)
    assert len(transport.requests) == 1
    assert failed.value.sent is sent


@pytest.mark.parametrize(
    "handler",
    [
        pytest.param(sends(), id="closed-unanswered"),
        pytest.param(sends(b"HTTP/1.1 200 OK\r\nContent-Le"), id="cut-head"),
        pytest.param(sends(http(b'{"ok": true}')[:-3]), id="cut-body"),
        pytest.param(sends(silent=True), id="silent"),
        pytest.param(sends(b"garbage"), id="garbage"),
    ],
)
async def test_r33_a_lost_answer_is_unknown_on_a_real_socket(handler: Any) -> None:
    """One request arrives, and no second; httpx itself resends nothing either."""
    async with raw_server(handler) as server, client(url=server.url) as api:
        with pytest.raises(PlatformError) as failed:
            await api.act("POST", "/tasks", {"a": 1}, doing="creating", into=SHAPE)
        assert failed.value.sent is Sent.MAYBE
        assert len(server.seen) == 1


async def test_r33_a_refused_connection_was_never_sent() -> None:
    """Nobody listens: safe to say "not done"."""
    async with raw_server(sends()) as server:
        url = server.url
    async with client(url=url) as api:
        with pytest.raises(PlatformError) as failed:
            await api.act("POST", "/tasks", doing="creating")
    assert failed.value.sent is Sent.NO


async def test_r33_an_action_without_an_answer_to_read_needs_none() -> None:
    """A 204 is a success where no body was asked for."""
    transport = Scripted(httpx.Response(204))
    async with client(transport) as api:
        got = await api.act("DELETE", "/tasks/1", doing="deleting")
    assert (got.status, got.value) == (204, None)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
async def test_r42_a_read_only_account_sends_no_action(method: Literal["POST", "PUT", "PATCH", "DELETE"]) -> None:
    """Whatever the method; nothing leaves, and the error says so."""
    transport = Scripted(answer())
    async with client(transport, read_only=True) as api:
        with pytest.raises(ReadOnly) as failed:
            await api.act(method, "/tasks/1", doing="changing")
    assert failed.value.sent is Sent.NO
    assert transport.requests == []


async def test_r42_reads_by_post_pass_on_a_read_only_account() -> None:
    """Bulk get, search and paginate are reads, because their adapter declares them so."""
    transport = Scripted(answer())
    async with client(transport, read_only=True) as api:
        assert (await api.ask("/bulk/tasks/get", {"task_ids": []}, doing="refreshing", into=SHAPE)).value.ok
        assert (await api.get("/tasks", doing="listing", into=SHAPE)).value.ok
    assert [r.method for r in transport.requests] == ["POST", "GET"]

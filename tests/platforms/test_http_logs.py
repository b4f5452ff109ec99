"""Parts of logs from addresses outside the API, and bodies that end too soon (issue 9, point 13)."""

import threading
from typing import Any

import httpx
import pytest

from tests.support.clocks import HeldClock
from tests.support.servers import NOW, SHAPE, Scripted, answer, client, http, raw_server, sends
from tui.domain.errors import Forbidden, PlatformDown, RateLimited, Sent, UnexpectedAnswer, Unreachable
from tui.platforms.http import asgi_transport, threaded_transport

CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
LOG = "https://storage.example/log?X-Amz-Signature=abc"


async def test_t13_a_part_of_a_log_has_a_deadline_of_its_own() -> None:
    """Two minutes, and not the call's half. Mutation: `fetch` takes `self._deadline`."""
    dripping = sends(CHUNKED, *[b"1\r\n \r\n"] * 199, every=1.0)
    for options, said in (({}, "120 s"), ({"log_deadline": 7.0}, "7 s")):
        async with raw_server(dripping) as server, client(url=server.url, **options) as api:
            with pytest.raises(Unreachable, match=f"no whole answer within {said}") as late:
                await api.fetch(f"{server.url}/log", 0, 10, doing="reading the log")
        assert late.value.sent is Sent.MAYBE


@pytest.mark.parametrize("log", [False, True])
async def test_t13_a_body_that_is_shorter_than_its_content_length_is_asked_for_again(log: bool) -> None:
    """Though what came can be parsed. Mutation: `_exchange` takes `error.cut` the other way round."""
    cut = httpx.Response(200, headers={"Content-Length": "99"}, stream=httpx.ByteStream(b'{"ok": true}'))
    transport, clock = Scripted(lambda request: cut, answer()), HeldClock(NOW)
    async with client(transport, clock=clock) as api:
        if log:
            got = await api.fetch(LOG, 0, 99, doing="reading the log")
        else:
            got = await api.get("/tasks", doing="listing", into=SHAPE)
    assert (got.body, len(transport.requests), len(clock.waits)) == (b'{"ok":true}', 2, 1)


async def test_t13_a_body_that_is_too_large_is_not_asked_for_again() -> None:
    """It would be as large. Mutation: `_exchange` repeats every BodyError."""
    transport = Scripted(httpx.Response(200, headers={"Content-Encoding": "zstd"}, content=b"x"), answer())
    async with client(transport) as api:
        with pytest.raises(UnexpectedAnswer):
            await api.get("/tasks", doing="listing", into=SHAPE)
    assert len(transport.requests) == 1


@pytest.mark.parametrize(
    ("start", "limit", "span"), [(0, 10, "bytes=0-9"), (5, 1, "bytes=5-5"), (-64, 64, "bytes=-64")]
)
async def test_t13_a_part_of_a_log_asks_for_its_bytes_alone(start: int, limit: int, span: str) -> None:
    """Mutation: `fetch` counts the last byte as one more."""
    transport = Scripted(httpx.Response(206, content=b"x"))
    async with client(transport) as api:
        await api.fetch(LOG, start, limit, doing="reading the log")
    assert transport.requests[0].headers["range"] == span


@pytest.mark.parametrize(
    ("status", "kind", "attempts"),
    [(401, Forbidden, 1), (403, Forbidden, 1), (503, PlatformDown, 3), (429, RateLimited, 3)],
)
async def test_t13_a_storages_refusal_is_not_the_accounts(status: int, kind: type[Exception], attempts: int) -> None:
    """A 401 there says nothing of the token. Mutation: `_fetch_once` without its 401."""
    transport = Scripted(answer(status))
    async with client(transport) as api:
        with pytest.raises(kind):
            await api.fetch(LOG, 0, 10, doing="reading the log")
    assert len(transport.requests) == attempts


async def test_t13_behind_the_end_of_a_log_there_is_nothing() -> None:
    """Mutation: `_fetch_once` without its 416."""
    async with client(Scripted(answer(416))) as api:
        got = await api.fetch(LOG, 900, 10, doing="reading the log")
    assert (got.status, got.body) == (206, b"")


async def test_t13_a_settled_status_is_not_asked_again() -> None:
    """Mutation: `_repeat` turns `in call.settled` round."""
    transport = Scripted(answer(503))
    async with client(transport) as api:
        with pytest.raises(PlatformDown):
            await api.get("/tasks", doing="listing", into=SHAPE, settled={503})
    assert len(transport.requests) == 1


async def test_t13_a_lost_answer_costs_no_action_a_second_request() -> None:
    """On a socket that cuts the body. Mutation: `act` repeats what `Retry` says."""
    async with raw_server(sends(http(b'{"ok": true}')[:-3])) as server, client(url=server.url) as api:
        with pytest.raises((Unreachable, UnexpectedAnswer)) as lost:
            await api.act("POST", "/tasks/1/actions/run", doing="running", into=SHAPE)
        assert (lost.value.sent, len(server.seen)) == (Sent.MAYBE, 1)


async def test_t13_an_application_answers_in_this_process_and_in_a_thread() -> None:
    """What the demo runs on. Mutations: `asgi_transport` and `handle_async_request` return nothing."""
    threads, answers = set[str](), list[None]()

    async def app(scope: Any, receive: Any, send: Any) -> None:
        threads.add(threading.current_thread().name)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b'{"ok": true}'})

    for transport in (asgi_transport(app), threaded_transport(app, lambda: answers.append(None))):
        async with client(transport) as api:
            assert (await api.get("/tasks", doing="listing", into=SHAPE)).value.ok
    assert "sandbox" in threads
    assert (len(threads), len(answers)) == (2, 1)


async def test_t13_the_first_status_behind_success_is_none() -> None:
    """Mutation: `_attempt` takes 300 for success."""
    async with client(Scripted(answer(300))) as api:
        with pytest.raises(UnexpectedAnswer):
            await api.get("/tasks", doing="listing", into=SHAPE)


async def test_t13_a_client_that_is_closed_while_a_call_is_under_way_says_so() -> None:
    """As a new token does. Mutation: `_exchange` passes over it."""

    class Closing(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            await api.__aexit__()
            raise RuntimeError("the pool was closed")

    api = client(Closing())
    with pytest.raises(Unreachable, match="the connection was closed") as closed:
        await api.act("POST", "/tasks/1/actions/run", doing="running")
    assert closed.value.sent is Sent.MAYBE

"""Whatever comes back, within time and size, as a value or as one of our errors (R17-R19, R24)."""

import asyncio
import gzip
import json
import sys
import tracemalloc
import zlib
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.servers import SHAPE, RawServer, Scripted, answer, client, http, raw_server, sends
from tui.domain.errors import PlatformDown, PlatformError, Rejected, Sent, UnexpectedAnswer, Unreachable
from tui.platforms.body import CAP, BodyError, read_body
from tui.platforms.http import ApiClient

GOOD = b'{"ok": true}'
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


async def read(server: RawServer, **options: Any) -> PlatformError:
    """The error of one read."""
    async with client(url=server.url, **options) as api:
        with pytest.raises(PlatformError) as failed:
            await api.get("/tasks", doing="listing tasks", into=SHAPE)
    return failed.value


@pytest.mark.parametrize(
    "handler",
    [
        pytest.param(sends(*[bytes([b]) for b in b"HTTP/1.1 200 OK\r\nX-A: 1\r\n" * 9], every=1.0), id="drip-header"),
        pytest.param(sends(CHUNKED, *[b"1\r\n \r\n"] * 99, every=1.0), id="drip-body"),
        pytest.param(sends(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{", silent=True), id="stall-in-body"),
        pytest.param(sends(silent=True), id="silent"),
        pytest.param(sends(*[b"HTTP/1.1 102 Processing\r\n\r\n"] * 99, every=1.0), id="1xx-flood"),
    ],
)
async def test_r18_a_call_ends_at_its_deadline(handler: Any) -> None:
    """Timeouts of httpx are per read, so a drip lives for ever under them; the whole call has a deadline."""
    async with raw_server(handler) as server:
        error = await read(server)
    assert isinstance(error, Unreachable)
    assert "no whole answer within 30 s" in str(error)
    assert error.sent is Sent.MAYBE


async def test_r18_an_endless_body_is_cut_off_at_the_cap() -> None:
    """16 MB are read and no more, whatever is still to come."""
    block = b"10000\r\n" + b" " * 65536 + b"\r\n"
    async with raw_server(sends(CHUNKED, *[block] * 400)) as server, client(url=server.url) as api:
        with pytest.raises(UnexpectedAnswer, match="larger than 16 MB"):
            await api.get("/tasks", doing="listing tasks", into=SHAPE)
        assert len(server.seen) == 1


async def test_no_module_is_looked_for_while_answers_come() -> None:
    """httpcore asks several times a request for a module that is not installed; a batch of ten thousand jobs is as many
    requests, so that search must not go through all of sys.path."""
    looked: list[str] = []

    class Search:
        def find_spec(self, name: str, *_: Any) -> None:
            looked.append(name)

    good = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 12\r\n\r\n" + GOOD
    async with raw_server(sends(good)) as server, client(url=server.url) as api:
        await api.get("/tasks", doing="listing tasks", into=SHAPE)
        sys.meta_path.insert(0, search := Search())
        try:
            await api.get("/tasks", doing="listing tasks", into=SHAPE)
        finally:
            sys.meta_path.remove(search)
    assert looked == []


def bomb(layers: int) -> bytes:
    data = b" " * (64 << 20)
    for _ in range(layers):
        data = gzip.compress(data, 9)
    return data


@pytest.mark.parametrize(
    ("layers", "encoding"), [(1, "gzip"), (3, "gzip"), (3, "gzip, gzip, gzip"), (1, "br"), (1, "zstd")]
)
async def test_r18_a_bomb_does_not_go_off(layers: int, encoding: str) -> None:
    """What inflates beyond the cap is refused while it inflates; stacked and unknown encodings at once."""
    body = bomb(layers)
    async with raw_server(sends(http(body, headers=(f"Content-Encoding: {encoding}",)))) as server:
        tracemalloc.start()
        try:
            async with client(url=server.url) as api:
                with pytest.raises(UnexpectedAnswer):
                    await api.get("/tasks", doing="listing tasks", into=SHAPE)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert peak < 64 << 20


async def pieces(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


async def test_r18_the_cap_holds_before_and_after_inflation() -> None:
    """Exactly the cap passes; one byte more does not, raw or inflated."""
    data = b"x" * 1000
    packed = gzip.compress(data)
    assert await read_body(pieces(data), "", None, cap=1000) == data
    assert await read_body(pieces(packed[:5], packed[5:]), "gzip", str(len(packed)), cap=1000) == data
    assert await read_body(pieces(zlib.compress(data)), "deflate", None, cap=1000) == data
    for parts, encoding in (((data, b"x"), ""), ((gzip.compress(data + b"x"),), "gzip")):
        with pytest.raises(BodyError, match="larger"):
            await read_body(pieces(*parts), encoding, None, cap=1000)
    assert CAP == 16 << 20


@pytest.mark.parametrize("cut", [1, 9, 15, 30])
async def test_r19_a_cut_gzip_body_is_not_taken_for_whole(cut: int) -> None:
    """httpx hands it on as complete; here the end of the stream has to be seen, or the length to agree."""
    packed = gzip.compress(json.dumps({"ok": True, "pad": "abcdefgh" * 9}).encode())
    with pytest.raises(BodyError, match="cut short") as failed:
        await read_body(pieces(packed[:-cut]), "gzip", None)
    assert failed.value.cut
    with pytest.raises(BodyError, match="cut short"):
        await read_body(pieces(GOOD[:-2]), "", str(len(GOOD)))
    with pytest.raises(BodyError, match="damaged"):
        await read_body(pieces(b"no gzip at all"), "gzip", None)


@pytest.mark.parametrize("cut", [0, 1, 12, 17, 40, len(http(GOOD)) - 1])
async def test_r19_a_connection_that_ends_early_is_our_error(cut: int) -> None:
    """Cut at any byte of head or body."""
    async with raw_server(sends(http(GOOD)[:cut])) as server, client(url=server.url) as api:
        with pytest.raises(Unreachable) as failed:
            await api.get("/tasks", doing="listing tasks", into=SHAPE)
        assert failed.value.sent is Sent.MAYBE
        assert len(server.seen) == 3


@pytest.mark.parametrize(
    "raw",
    [
        b"garbage\r\n\r\n",
        b"HTTP/9.9 banana\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 7\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}",
        b"HTTP/1.1 200 OK\r\nX: " + b"a" * 200_000 + b"\r\n\r\n",
        b"HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 204 No Content\r\n\r\n",
        b"\x16\x03\x01\x02\x00",
    ],
)
async def test_r19_what_is_no_http_is_our_error(raw: bytes) -> None:
    """Garbage where an answer should be."""
    async with raw_server(sends(raw)) as server, client(url=server.url) as api:
        with pytest.raises(PlatformError):
            await api.get("/tasks", doing="listing tasks", into=SHAPE)


async def judged(response: httpx.Response, *, act: bool = False) -> object:
    """The value, or the error: never another exception."""
    async with client(Scripted(response)) as api:
        try:
            return await (call_act(api) if act else api.get("/tasks", doing="listing tasks", into=SHAPE))
        except PlatformError as error:
            return error


async def call_act(api: ApiClient) -> object:
    return await api.act("POST", "/tasks", {"a": 1}, doing="creating", into=SHAPE)


BODIES = st.one_of(
    st.binary(max_size=200),
    st.text(max_size=100).map(lambda t: t.encode("utf-8", "surrogatepass")),
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
        max_leaves=12,
    ).map(lambda value: json.dumps(value).encode()),
    st.integers(0, len(GOOD)).map(lambda cut: GOOD[:cut]),
    st.sampled_from(
        [
            b"", b" \n", b"null", b"[]", b'""', b"NaN", b'{"ok": NaN}', b'{"ok": 1e999}', b"[" * 100_000,
            b'{"a":' * 3000,
            b'{"ok": ' + b"9" * 10_000 + b"}", b'{"ok": tru', b'\xff\xfe{"ok": true}', b'{"ok": true}{"ok": true}',
            b'{"ok": "\\ud800"}', b"<html>", b"\xef\xbb\xbf<html>", b"\x00" * 50, b'{"ok": true, "ok": null}',
        ]
    ),
)  # fmt: skip
HEADERS = st.dictionaries(
    st.sampled_from(
        ["content-type", "retry-after", "x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset", "date",
         "x-request-id", "location", "set-cookie"]
    ),
    st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=40)
    | st.sampled_from(["nan", "-1", "1e400", "Fri, 31 Dec 9999 23:59:59 -2300", "99999999999999999999"]),
)  # fmt: skip


@given(st.sampled_from([200, 201, 204, 206, 299, 302, 304, 400, 401, 403, 404, 408, 410, 418, 429, 500, 503, 599]),
       BODIES, HEADERS, st.booleans())  # fmt: skip
async def test_r19_any_answer_is_a_value_or_our_error(
    status: int, body: bytes, headers: dict[str, str], act: bool
) -> None:
    """Property: status, body and headers in any combination raise the `PlatformError` tree and nothing else."""
    response = httpx.Response(status, headers=headers, content=body)
    got = await judged(response, act=act)
    if not 200 <= status < 300:
        assert isinstance(got, PlatformError)
        assert "\n" not in str(got)


@pytest.mark.parametrize("error", [
    httpx.ConnectError("x"), httpx.ReadError("x"), httpx.RemoteProtocolError("x"), httpx.PoolTimeout("x"),
    httpx.DecodingError("x"), httpx.TooManyRedirects("x"), httpx.StreamClosed(), httpx.InvalidURL("x"),
    ConnectionResetError("x"), UnicodeDecodeError("utf-8", b"", 0, 1, "x"), LookupError("x"), TypeError("x"),
])  # fmt: skip
async def test_r19_any_exception_below_is_our_error(error: Exception) -> None:
    """Not every error of httpx is an `HTTPError`."""
    async with client(Scripted(error)) as api:
        with pytest.raises(PlatformError):
            await api.get("/tasks", doing="listing tasks", into=SHAPE)


async def test_r20_half_a_surrogate_pair_costs_no_page() -> None:
    """One hostile name is mended, so that its neighbours show; escaped backslashes stay what they are."""
    from pydantic import TypeAdapter

    words = TypeAdapter(list[str])
    body = rb'["good", "\ud800 name", "\uD83D\uDE00", "\\ud800", "\udfff"]'
    async with client(Scripted(httpx.Response(200, content=body))) as api:
        got = await api.get("/tasks", doing="listing tasks", into=words)
    assert got.value == ["good", "\ufffd name", "\U0001f600", r"\ud800", "\ufffd"]
    async with client(Scripted(httpx.Response(200, content=b'["caf\xe9", "b"]'))) as api:
        got = await api.get("/tasks", doing="listing tasks", into=words)
    assert got.value == ["caf\ufffd", "b"]


@pytest.mark.parametrize(
    "body", [b"<!DOCTYPE html><html><body>Sign in", b"\xef\xbb\xbf\n <html>", b"<?xml version='1.0'?>"]
)
@pytest.mark.parametrize("status", [200, 203, 403, 407, 511])
async def test_r24_a_web_page_is_reported_as_a_portal(body: bytes, status: int) -> None:
    """Not as a parser's message; and asking again at once would not help."""
    transport = Scripted(httpx.Response(status, content=body, headers={"Content-Type": "text/html"}))
    async with client(transport) as api:
        with pytest.raises(PlatformError, match="login portal") as failed:
            await api.get("/tasks", doing="listing tasks", into=SHAPE)
    assert "<" not in str(failed.value)
    assert len(transport.requests) == 1


async def test_r17_a_platforms_words_are_cleaned_and_cut() -> None:
    """Escape sequences become pictures, and a megabyte becomes a line."""
    hostile = "\x1b]0;owned\x07\u202e" + "x" * 1_000_000
    got = await judged(httpx.Response(400, text=hostile))
    assert isinstance(got, Rejected)
    assert "\x1b" not in str(got)
    assert "\u202e" not in str(got)
    assert len(got.why) == 500


async def test_r17_so_is_the_request_id() -> None:
    """It is a header and as hostile as the rest."""
    got = await judged(httpx.Response(500, headers={"X-Request-Id": "a\tb" + "c" * 500}))
    assert isinstance(got, PlatformDown)
    assert got.request_id is not None
    assert len(got.request_id) == 100
    assert "\t" not in got.request_id


async def test_a_request_that_cannot_be_written_was_not_sent() -> None:
    """NaN is no JSON: an action with it fails before it leaves, and says so."""
    transport = Scripted(answer())
    async with client(transport) as api:
        with pytest.raises(UnexpectedAnswer, match="cannot be written") as failed:
            await api.act("POST", "/tasks", {"a": float("nan")}, doing="creating")
    assert failed.value.sent is Sent.NO
    assert transport.requests == []


async def test_cancelling_a_call_passes_through() -> None:
    """Leaving a screen ends its requests; nothing of ours swallows the cancellation."""
    async with raw_server(sends(silent=True)) as server, client(url=server.url) as api:
        call = asyncio.ensure_future(api.get("/tasks", doing="listing tasks", into=SHAPE))
        while not server.seen:  # noqa: ASYNC110
            await asyncio.sleep(0)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call

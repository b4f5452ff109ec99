"""A token goes to one origin and nowhere else (R1-R3), and is set in one place (R7)."""

import pickle
from collections.abc import Callable

import httpx
import pytest

from tests.support.clocks import HeldClock
from tests.support.servers import BASE, NOW, SHAPE, TOKEN, Scripted, answer, client, http, raw_server, sends
from tests.support.tripwire import Tripwire
from tui.domain.errors import (
    ConfigError,
    Forbidden,
    PlatformError,
    Rejected,
    Sent,
    UnexpectedAnswer,
)
from tui.domain.token import Token
from tui.platforms.address import is_loopback
from tui.platforms.http import Auth


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("act", [False, True])
async def test_r01_a_redirect_is_not_followed(status: int, act: bool) -> None:
    """The second server sees no request, whatever the status and the method."""
    async with raw_server(sends(http(b'{"ok": true}'))) as second:
        moved = http(b"", status=f"{status} Moved", headers=(f"Location: {second.url}/tasks",))
        async with raw_server(sends(moved)) as first, client(url=first.url) as api:
            with pytest.raises(UnexpectedAnswer, match="redirects are not followed") as failed:
                await (api.act("POST", "/tasks", doing="x") if act else api.get("/tasks", doing="x", into=SHAPE))
            assert failed.value.status == status
            assert len(first.seen) == 1
        assert second.seen == []


@pytest.mark.parametrize(
    "path",
    [
        "@evil.example/tasks",
        ".evil.example/tasks",
        ":8443/tasks",
        "/../other/tasks",
        "/tasks/../../secrets",
        "/tasks/%2e%2e/%2e%2e/secrets",
        "/tasks/..",
        "/tasks/%2E%2E",
    ],
)
async def test_r01_the_fence_stops_what_leads_away_before_anything_is_sent(path: str) -> None:
    """A path that would change the host, the port or climb above the base never leaves; actions know that."""
    second = Scripted(answer())
    async with client(second) as api:
        with pytest.raises(PlatformError) as failed:
            await api.get(path, doing="reading", into=SHAPE)
        assert failed.value.sent is Sent.NO
        with pytest.raises(PlatformError) as failed:
            await api.act("DELETE", path, doing="deleting")
        assert failed.value.sent is Sent.NO
    assert [r.url for r in second.requests if r.url.host != "api.example.org" or not r.url.path.startswith("/v2")] == []


@pytest.mark.parametrize(
    ("address", "below"),
    [
        (f"{BASE}/tasks?offset=100&limit=100", "/tasks?offset=100&limit=100"),
        (f"{BASE}/tasks/a%2Fb", "/tasks/a%2Fb"),
        ("https://API.example.org:443/v2/tasks", "/tasks"),
        (BASE, None),
        ("https://api.example.org/v2x/tasks", None),
        ("https://api.example.org/v3/tasks", None),
        ("https://api.example.org/v2/../v3/tasks", None),
        ("https://api.example.org/v2/%2e%2e/v3", None),
        ("http://api.example.org/v2/tasks", None),
        ("https://api.example.org:8443/v2/tasks", None),
        ("https://api.example.org@evil.example/v2/tasks", None),
        ("https://user:secret@api.example.org/v2/tasks", None),
        ("https://evil.example/v2/tasks", None),
        ("https://api.example.org.evil.example/v2/tasks", None),
        ("//api.example.org/v2/tasks", None),
        ("/v2/tasks", None),
        ("javascript:alert(1)", None),
        ("https://[", None),
        ("https://api.example.org:99999/v2/tasks", None),
        ("https://xn--a/v2/tasks", None),
        ("", None),
    ],
)
def test_r02_an_address_in_an_answer_counts_only_below_our_base(address: str, below: str | None) -> None:
    """Origin and base path decide; everything else is no address of ours."""
    assert client().below_base(address) == below


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.8.8", "[::1]"])
def test_r03_plain_http_is_for_this_machine(host: str) -> None:
    """Loopback by name or number."""
    assert client(url=f"http://{host}:8000/v2/").url == f"http://{host}:8000/v2"


@pytest.mark.parametrize(
    "url",
    [
        "http://api.example.org/v2",
        "http://127.example.org/v2",
        "http://127.0.0.1.nip.io/v2",
        "http://10.0.0.1/v2",
        "ftp://api.example.org/v2",
        "api.example.org/v2",
        "https:///v2",
        "https://user:pw@api.example.org/v2",
        "https://api.example.org/v2?x=1",
        "https://[::1/v2",
        "https://xn--a/v2",
        "",
    ],
)
def test_r03_an_address_that_would_send_the_token_in_clear_is_refused(url: str) -> None:
    """A name that only begins like a loopback address is a name on the internet."""
    with pytest.raises(ConfigError, match="https://"):
        client(url=url)


def test_r03_loopback_is_an_address_and_not_a_prefix() -> None:
    """`127.evil.example` resolves wherever its owner likes."""
    assert [is_loopback(h) for h in ("127.0.0.1", "::1", "localhost", "127.evil.example", "0.0.0.0", "", None)] == [
        True, True, True, False, False, False, False,
    ]  # fmt: skip


async def test_r01_a_signed_address_is_fetched_without_the_token() -> None:
    """The second client carries a Range and nothing of ours; cookies of earlier answers are not sent back."""
    storage = Scripted(
        httpx.Response(206, content=b"tail", headers={"Content-Range": "bytes 6-9/10", "Set-Cookie": "a=1; Path=/"})
    )
    async with client(storage) as api:
        for _ in range(2):
            part = await api.fetch("https://storage.example/log?signature=s", -4, 4, doing="reading a log")
            assert (part.status, part.body) == (206, b"tail")
        await api.fetch("https://storage.example/log?signature=s", 6, 4, doing="reading a log")
    for request in storage.requests:
        assert request.method == "GET"
        assert TOKEN not in str(request.headers.raw)
        assert {"cookie", "authorization", "x-sbg-auth-token"}.isdisjoint(request.headers)
    assert [r.headers["range"] for r in storage.requests] == ["bytes=-4", "bytes=-4", "bytes=6-9"]


@pytest.mark.parametrize(
    "address",
    [
        "http://storage.example/log",
        "http://127.0.0.1/log",
        "file:///etc/passwd",
        "https://user:pw@storage.example/log",
        "storage.example/log",
        "https://xn--a/log",
        "https://",
        "",
    ],
)
async def test_r01_a_signed_address_must_be_https(address: str) -> None:
    """Nothing is sent to any other; loopback counts only for an account on loopback."""
    storage = Scripted(answer())
    async with client(storage) as api:
        with pytest.raises(UnexpectedAnswer, match="not opened"):
            await api.fetch(address, 0, 10, doing="reading a log")
    assert storage.requests == []
    async with client(storage, url="http://127.0.0.1:9/v2") as local:
        await local.fetch("http://127.0.0.1/log", 0, 10, doing="reading a log")
        with pytest.raises(UnexpectedAnswer):
            await local.fetch("http://storage.example/log", 0, 10, doing="reading a log")


async def test_r01_the_storage_redirects_nowhere_and_speaks_not_for_the_account() -> None:
    """A redirect of the storage is not followed; its 401 says nothing of the account's token."""
    storage = Scripted(httpx.Response(302, headers={"Location": "https://evil.example/"}), answer(401), answer(404))
    async with client(storage) as api:
        with pytest.raises(UnexpectedAnswer, match="redirects"):
            await api.fetch("https://storage.example/log", 0, 10, doing="reading a log")
        with pytest.raises(Forbidden):
            await api.fetch("https://storage.example/log", 0, 10, doing="reading a log")
    assert {r.url.host for r in storage.requests} == {"storage.example"}


async def test_r01_the_query_of_a_signed_address_is_never_logged(caplog: pytest.LogCaptureFixture) -> None:
    """Neither by us nor by httpx, whatever level somebody sets."""
    caplog.set_level(0)
    async with client(Scripted(answer(206))) as api:
        await api.fetch("https://storage.example/log?signature=geheim", 0, 10, doing="reading a log")
    assert "geheim" not in caplog.text
    assert "/log" in caplog.text


def failing(make: Callable[[httpx.Request], httpx.Response]) -> Scripted:
    return Scripted(make)


async def test_r07_the_token_is_nowhere_but_in_its_header(tripwire: Tripwire, caplog: pytest.LogCaptureFixture) -> None:
    """Errors, logs and reprs are searched for every form of it, also where the platform sends it back."""
    caplog.set_level(0)
    forms = [f.decode() for f in tripwire.forms()]

    def echo(request: httpx.Request) -> httpx.Response:
        sent = request.headers["X-SBG-Auth-Token"]
        return httpx.Response(400, text=f"no: {sent} {' '.join(forms)}==", headers={"X-Request-Id": "r1"})

    async with client(failing(echo), token=tripwire.token) as api:
        with pytest.raises(Rejected) as failed:
            await api.get("/tasks", doing="listing", into=SHAPE)
    assert "***" in str(failed.value)
    assert failed.value.request_id == "r1"
    for text in (str(failed.value), repr(failed.value), failed.value.why, repr(api), repr(vars(api))):
        assert not tripwire.found(text), text


async def test_r07_a_token_with_a_stray_newline_is_not_quoted(tripwire: Tripwire) -> None:
    """httpx's own words would hold it."""
    async with (
        raw_server(sends(http(b"{}"))) as server,
        client(url=server.url, token=f"{tripwire.token}\n") as api,
    ):
        with pytest.raises(PlatformError, match="stray characters") as failed:
            await api.act("POST", "/tasks", doing="creating")
    assert failed.value.sent is Sent.NO
    assert not tripwire.found(str(failed.value))
    assert server.seen == []


def test_r07_a_token_gives_nothing_away(tripwire: Tripwire) -> None:
    """Not by repr, str, format or pickle, alone or inside what holds it."""
    token = Token(tripwire.token)
    auth = Auth("X-SBG-Auth-Token", token)
    for text in (repr(token), str(token), f"{token}", f"{token:>40}", repr(auth)):
        assert not tripwire.found(text)
    with pytest.raises(TypeError):
        pickle.dumps(token)
    with pytest.raises(TypeError):
        pickle.dumps(auth)


async def test_a_closed_client_sends_nothing() -> None:
    """An account that was connected anew has a new client; whoever still holds the old one is told so."""
    transport = Scripted(answer())
    async with client(transport, clock=HeldClock(NOW)) as api:
        pass
    with pytest.raises(PlatformError, match="closed") as failed:
        await api.act("POST", "/tasks", doing="creating")
    assert failed.value.sent is Sent.NO
    assert transport.requests == []

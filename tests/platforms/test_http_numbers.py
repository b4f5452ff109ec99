"""Addresses, headers and numbers out of range never raise anything but our errors (issue 9, point 3)."""

from contextlib import suppress

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.clocks import HeldClock
from tests.support.servers import NOW, Scripted, answer, client
from tui.domain.errors import PlatformError, UnexpectedAnswer, Unreachable

NUMBERS = ("-1", "0", "65536", "99999", "9" * 30, "9" * 5_000, "1e400", "nan", "inf", "²", "٣", "-0", "0x10", "", " ")
HEADERS = (
    "content-length", "content-range", "retry-after", "x-ratelimit-limit", "x-ratelimit-remaining",
    "x-ratelimit-reset", "date", "content-type", "content-encoding", "x-request-id", "location", "set-cookie",
)  # fmt: skip
DATES = ("Mon, 01 Jan 0001 00:00:00 +2359", "Fri, 31 Dec 9999 23:59:59 -2359", "Mon, 99 Foo 2026 99:99:99 GMT")


@pytest.mark.parametrize("port", [-1, 0, 65_536, 99_999, 10**30])
@pytest.mark.parametrize("host", ["storage.example", "127.0.0.1", "[::1]"])
async def test_t03_a_port_that_cannot_be_is_refused_before_anything_is_sent(host: str, port: int) -> None:
    """Neither as the address of a log, nor as one of the platform's own."""
    server = Scripted(answer())
    async with client(server) as api:
        with pytest.raises(UnexpectedAnswer):
            await api.fetch(f"https://{host}:{port}/log", -10, 10, doing="reading a log")
        assert api.below_base(f"https://api.example.org:{port}/v2/tasks") is None
    assert server.requests == []


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    address=st.text(max_size=60)
    | st.builds(
        "{}://{}:{}/{}".format,
        st.sampled_from(["https", "http", "file", "HTTPS"]),
        st.sampled_from(["h.example", "[::1]", "xn--a", "a" * 300, "%00", "user:pw@h", "1.2.3.999", ""]),
        st.integers() | st.sampled_from(NUMBERS),
        st.text(max_size=10),
    )
)
async def test_t03_any_address_is_fetched_or_refused(address: str) -> None:
    """Whatever a server names as the place of a log."""
    async with client(Scripted(answer())) as api:
        with suppress(PlatformError):
            await api.fetch(address, 0, 10, doing="reading a log")
        api.below_base(address)


@settings(max_examples=200, deadline=None)
@given(
    status=st.integers(200, 599),
    headers=st.dictionaries(
        st.sampled_from(HEADERS),
        st.sampled_from((*NUMBERS, *DATES)) | st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=40),
        max_size=5,
    ),
)
async def test_t03_any_header_is_read_or_refused(status: int, headers: dict[str, str]) -> None:
    """Whatever stands in the headers of an answer, of a read and of a log."""
    made = [(name.encode(), value.encode()) for name, value in headers.items()]
    server = Scripted(lambda request: httpx.Response(status, headers=made, stream=httpx.ByteStream(b'{"ok": true}')))
    async with client(server, clock=HeldClock(NOW)) as api:
        for ask in (
            lambda: api.get("/tasks", doing="x"),
            lambda: api.fetch("https://h.example/log", 0, 10, doing="x"),
        ):
            with suppress(PlatformError):
                await ask()


@pytest.mark.parametrize(
    "error", [OverflowError("port must be 0-65535"), httpx.ConnectError("no"), httpx.ReadTimeout("")]
)
async def test_t03_a_log_host_that_cannot_be_reached_is_named_and_not_the_platform(error: Exception) -> None:
    """The user looks at the right place."""
    async with client(Scripted(error), clock=HeldClock(NOW)) as api:
        with pytest.raises((Unreachable, UnexpectedAnswer)) as failed:
            await api.fetch("https://storage.example/log?signature=s", 0, 10, doing="reading a log")
        assert "api.example.org" not in str(failed.value)
        assert "signature" not in str(failed.value)
        if isinstance(failed.value, Unreachable):
            assert "storage.example" in str(failed.value)
        with pytest.raises((Unreachable, UnexpectedAnswer)) as failed:
            await api.get("/tasks", doing="listing tasks")
        if isinstance(failed.value, Unreachable):
            assert "api.example.org" in str(failed.value)

"""From behind an institute's proxy and its own certificate authority."""

from pathlib import Path

import pytest

from tests.support.clocks import HeldClock
from tests.support.institute import HOST, authority, proxy, serving
from tests.support.servers import NOW, SHAPE, TOKEN
from tui.domain.errors import ConfigError, Unreachable, Untrusted
from tui.domain.token import Token
from tui.platforms.http import ApiClient, Auth
from tui.platforms.network import Proxy, bundle, proxy_for

BASE = f"https://{HOST}/v2"


async def get(url: str = BASE, ca_file: Path | None = None, own: Proxy | None = None) -> tuple[object, int]:
    """What a read answers, and how many requests it took."""
    auth, more = Auth("X-Token", Token(TOKEN)), {"ca_file": ca_file, "proxy": own, "clock": HeldClock(NOW)}
    async with ApiClient("lab", url, auth, explain=lambda status, body: None, **more) as api:
        return (await api.get("/tasks", doing="looking", into=SHAPE)).value, api.requests


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
async def test_u13_the_environments_proxy_leads_to_the_platform(
    variable: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The token goes through the tunnel only, and the proxy's own password to the proxy only."""
    context, pem = authority(tmp_path, HOST)
    async with serving(context) as (port, asked), proxy(port) as way:
        monkeypatch.setenv(variable, way.url.replace("http://", "http://ada:secret@"))
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(pem))
        await get()
        assert way.asked == [f"CONNECT {HOST}:443 HTTP/1.1"]
        assert TOKEN.encode() not in way.heads[0]
        assert b"Proxy-Authorization: Basic" in way.heads[0]
        assert TOKEN.encode() in asked[0]
        assert b"Proxy-Authorization" not in asked[0]


async def test_u13_an_sdk_files_proxy_is_used_where_the_environment_names_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context, pem = authority(tmp_path, HOST)
    async with serving(context) as (port, asked), proxy(port) as way, proxy() as other:
        await get(ca_file=pem, own=Proxy(way.url, "the SDK's file"))
        assert (len(way.asked), len(asked)) == (1, 1)
        other.answer = "403 Forbidden"
        monkeypatch.setenv("HTTPS_PROXY", other.url)
        with pytest.raises(Unreachable, match="HTTPS_PROXY"):
            await get(ca_file=pem, own=Proxy(way.url, "the SDK's file"))
        assert len(way.asked) == 1
        await get(ca_file=pem, own=Proxy(way.url, "the account's own", chosen=True))
        assert len(way.asked) == 2


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"])
async def test_t13_this_machine_is_never_asked_through_the_environments_proxy(
    variable: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither by the client with the token nor by that for logs. Mutation: `proxy_for` without its loopback rule."""
    context, pem = authority(tmp_path, "127.0.0.1")
    async with serving(context) as (port, asked), proxy(port) as way:
        monkeypatch.setenv(variable, way.url)
        monkeypatch.setenv("NO_PROXY", "")
        url = f"https://127.0.0.1:{port}/v2"
        await get(url, ca_file=pem, own=Proxy(way.url, "the account's own", chosen=True))
        auth = Auth("X-Token", Token(TOKEN))
        async with ApiClient("lab", url, auth, explain=lambda status, body: None, ca_file=pem) as api:
            await api.fetch(f"{url}/log", 0, 10, doing="reading the log")
        assert (len(asked), way.asked) == (2, [])


async def test_t13_a_log_on_a_real_host_is_asked_through_the_environments_proxy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Mutation: `_routed` makes one way, the account's. The storage gets no token."""
    context, pem = authority(tmp_path, HOST)
    async with serving(context) as (port, asked), proxy(port) as way:
        monkeypatch.setenv("HTTPS_PROXY", way.url)
        auth = Auth("X-Token", Token(TOKEN))
        async with ApiClient(
            "lab", f"https://127.0.0.1:{port}/v2", auth, explain=lambda status, body: None, ca_file=pem
        ) as api:
            got = await api.fetch(f"https://{HOST}/log", 0, 10, doing="reading the log")
        assert (got.status, way.asked) == (200, [f"CONNECT {HOST}:443 HTTP/1.1"])
        assert TOKEN.encode() not in asked[0]


@pytest.mark.parametrize("answer", ["407 Proxy Authentication Required", "403 Forbidden"])
async def test_u13_a_proxy_that_refuses_is_named_and_not_asked_again(
    answer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With its address and the variable that holds it; never with the password. Nothing was sent to the platform."""
    async with proxy() as way:
        way.answer = answer
        monkeypatch.setenv("HTTPS_PROXY", way.url.replace("http://", "http://ada:secret@"))
        with pytest.raises(Unreachable) as refused:
            await get()
        assert f"the proxy {way.url} (HTTPS_PROXY) refuses to lead to {HOST}: {answer}" in refused.value.why
        assert ("NAME:PASSWORD" in refused.value.why) == answer.startswith("407")
        assert "secret" not in str(refused.value)
        assert len(way.asked) == 1


async def test_u13_a_proxy_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    async with proxy() as way:
        gone = way.url
    monkeypatch.setenv("HTTPS_PROXY", gone)
    with pytest.raises(Unreachable, match=r"the proxy http://127\.0\.0\.1:\d+ \(HTTPS_PROXY\) cannot be reached"):
        await get()


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "ca_file"])
async def test_u13_an_institutes_own_authority_is_trusted_where_it_is_named(
    variable: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context, pem = authority(tmp_path, "127.0.0.1")
    if variable != "ca_file":
        monkeypatch.setenv(variable, str(pem))
    async with serving(context) as (port, asked):
        await get(f"https://127.0.0.1:{port}/v2", ca_file=pem if variable == "ca_file" else None)
        assert TOKEN.encode() in asked[0]


async def test_u13_the_first_named_authority_holds_as_the_sdks_have_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The account's own before the variables, then REQUESTS_CA_BUNDLE, then CURL_CA_BUNDLE: in place of others."""
    context, pem = authority(tmp_path / "one", "127.0.0.1")
    _, foreign = authority(tmp_path / "two", "127.0.0.1")
    monkeypatch.setenv("CURL_CA_BUNDLE", str(pem))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(foreign))
    async with serving(context) as (port, asked):
        with pytest.raises(Unreachable) as refused:
            await get(f"https://127.0.0.1:{port}/v2")
        assert f"checked against {foreign} (REQUESTS_CA_BUNDLE)" in refused.value.why
        assert asked == []
        await get(f"https://127.0.0.1:{port}/v2", ca_file=pem)


async def test_u13_a_certificate_that_is_not_trusted_names_both_remedies_and_is_not_asked_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Behind a proxy that looks into TLS it names the proxy too."""
    context, _ = authority(tmp_path, HOST)
    async with serving(context) as (port, asked), proxy(port) as way:
        monkeypatch.setenv("HTTPS_PROXY", way.url)
        with pytest.raises(Untrusted) as refused:
            await get()
        for said in (HOST, "ca_file", "REQUESTS_CA_BUNDLE", f"through the proxy {way.url}"):
            assert said in refused.value.why
        assert (len(way.asked), asked) == (1, [])


@pytest.mark.parametrize(
    ("spared", "host", "straight"),
    [
        ("institute.example", HOST, True),
        (".institute.example", HOST, True),
        (f"other.example, {HOST}:443", HOST, True),
        ("*", HOST, True),
        ("stitute.example", HOST, False),
        ("10.0.0.0/8", "10.1.2.3", True),
        ("10.1.2.3", "10.1.2.3", True),
        ("10.0.0.0/8", "11.1.2.3", False),
        ("", "127.0.0.1", True),
        ("", "localhost", True),
    ],
)
def test_u13_what_no_proxy_names_is_reached_straight(
    spared: str, host: str, straight: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Networks too, as the SDKs have it; this machine always."""
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy:3128")
    monkeypatch.setenv("NO_PROXY", spared)
    assert (proxy_for("https", host, 443) is None) is straight


def test_u13_a_bundle_that_cannot_be_used_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bad = tmp_path / "bad.pem"
    bad.write_text("no certificate")
    monkeypatch.setenv("CURL_CA_BUNDLE", str(bad))
    assert str(bundle()) == f"{bad} (CURL_CA_BUNDLE)"
    with pytest.raises(ConfigError, match="CURL_CA_BUNDLE"):
        ApiClient("lab", BASE, Auth("X-Token", Token(TOKEN)), explain=lambda status, body: None)

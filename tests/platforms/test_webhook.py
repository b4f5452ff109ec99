"""A webhook is reached as a platform is: by the institute's proxy and authority, without anything that is secret."""

from pathlib import Path

import pytest

from tests.support.institute import HOST, authority, proxy, serving
from tui.domain.token import Token
from tui.platforms.http import PostFailed, post


async def send(address: str) -> None:
    await post(Token(address), b"{}", {"Content-Type": "application/json"})


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "ALL_PROXY"])
async def test_p01_a_webhook_is_reached_through_the_institutes_proxy_and_authority(
    variable: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`REQUESTS_CA_BUNDLE` holds for it, as for the platforms; httpx alone reads only `SSL_CERT_FILE`."""
    context, pem = authority(tmp_path, HOST)
    async with serving(context) as (port, asked), proxy(port) as way:
        monkeypatch.setenv(variable, way.url)
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(pem))
        await send(f"https://{HOST}/hook/secret")
        assert way.asked == [f"CONNECT {HOST}:443 HTTP/1.1"]
        assert b"secret" not in way.heads[0]
        assert asked[0].startswith(b"POST /hook/secret ")


async def test_p01_a_webhook_on_this_machine_goes_through_no_proxy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context, pem = authority(tmp_path, "127.0.0.1")
    async with serving(context) as (port, asked), proxy(port) as way:
        monkeypatch.setenv("HTTPS_PROXY", way.url)
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(pem))
        await send(f"https://127.0.0.1:{port}/hook")
        assert (len(asked), way.asked) == (1, [])


async def test_p01_an_authority_nobody_named_is_said_without_the_address(tmp_path: Path) -> None:
    context, _ = authority(tmp_path, "127.0.0.1")
    async with serving(context) as (port, _):
        with pytest.raises(PostFailed, match="certificate is not trusted") as failed:
            await send(f"https://127.0.0.1:{port}/hook/secret")
    assert "secret" not in str(failed.value)


async def test_p01_a_proxy_that_refuses_is_said_without_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    async with proxy() as way:
        way.answer = "403 Forbidden"
        monkeypatch.setenv("HTTPS_PROXY", way.url.replace("http://", "http://ada:planted@"))
        with pytest.raises(PostFailed) as failed:
            await send(f"https://{HOST}/hook/secret")
    assert "proxy" in str(failed.value)
    assert not {"planted", "secret"} & set(str(failed.value).replace("/", " ").split())

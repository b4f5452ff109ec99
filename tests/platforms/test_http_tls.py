"""TLS is always checked; a private authority is a setting (R11)."""

import asyncio
import ssl
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from shutil import which

import pytest

from tests.support.servers import SHAPE, TOKEN
from tui.domain.errors import Unreachable
from tui.domain.token import Token
from tui.platforms.http import ApiClient, Auth
from tui.platforms.http.transports import tls
from tui.settings import load

if which("openssl") is None:
    pytest.skip("certificates are made by openssl", allow_module_level=True)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with an authority's certificate, one it gave to 127.0.0.1, and one for another host."""
    place = tmp_path_factory.mktemp("tls")

    def openssl(*words: str) -> None:
        subprocess.run(["openssl", *words], cwd=place, check=True, capture_output=True)

    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    openssl(
        "req",
        "-x509",
        *key,
        "-keyout",
        "ca.key",
        "-out",
        "ca.pem",
        "-subj",
        "/CN=lab",
        "-days",
        "2",
        "-addext",
        "keyUsage=critical,keyCertSign,cRLSign",
    )
    for name, host in (("own", "IP:127.0.0.1"), ("foreign", "DNS:other.example")):
        (place / "names").write_text(f"subjectAltName={host}\nauthorityKeyIdentifier=keyid\n")
        openssl("req", *key, "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", f"/CN={name}")
        signed = ("-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-extfile", "names")
        openssl("x509", "-req", "-in", f"{name}.csr", "-out", f"{name}.pem", *signed)
    return place


@asynccontextmanager
async def serving(certificate: Path) -> AsyncIterator[tuple[str, list[bytes]]]:
    """Answers `{"ok": true}` over TLS; its address, and what it was asked."""
    asked: list[bytes] = []

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 12\r\nConnection: close\r\n\r\n" + b'{"ok": true}')
        await writer.drain()
        writer.close()

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, certificate.with_suffix(".key"))
    server = await asyncio.start_server(handle, "127.0.0.1", 0, ssl=context)
    async with server:
        yield f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/v2", asked


async def get(url: str, ca_file: Path | None) -> object:
    auth = Auth("X-Token", Token(TOKEN))
    async with ApiClient("lab", url, auth, explain=lambda status, body: None, ca_file=ca_file) as api:
        return (await api.act("POST", "/tasks", doing="looking", into=SHAPE)).value


async def test_r11_a_certificate_nobody_vouches_for_is_refused_before_anything_is_sent(authority: Path) -> None:
    """Also one for another host, from an authority that is trusted; the server never sees a byte of the request."""
    for certificate, ca_file in (("own", None), ("foreign", authority / "ca.pem")):
        async with serving(authority / f"{certificate}.pem") as (url, asked):
            with pytest.raises(Unreachable) as refused:
                await get(url, ca_file)
            assert "certificate" in refused.value.why
            assert asked == []


async def test_r11_a_private_authority_is_a_setting(authority: Path) -> None:
    """`ca_file` of the account: then its server is believed, and gets the token."""
    async with serving(authority / "own.pem") as (url, asked):
        assert (await get(url, authority / "ca.pem")) is not None
        assert TOKEN.encode() in asked[0]


@pytest.mark.parametrize("variable", ["PYTHONHTTPSVERIFY", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "SSL_NO_VERIFY"])
def test_r11_no_variable_switches_the_check_off(
    variable: str, authority: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, "0")
    for ca_file in (None, authority / "ca.pem"):
        for trust_env in (True, False):
            context = tls.__wrapped__(ca_file, trust_env)
            assert context.verify_mode is ssl.CERT_REQUIRED
            assert context.check_hostname


@pytest.mark.parametrize("key", ["verify", "insecure", "verify_tls", "ssl_verify"])
def test_r11_no_setting_switches_the_check_off(key: str, tmp_path: Path) -> None:
    """Such a key is named as unknown, and nothing else happens."""
    config = tmp_path / "config.toml"
    config.write_text(
        f'[accounts.lab]\nplatform = "qarnot"\nurl = "https://x.example"\ntoken = {{ env = "T" }}\n{key} = false\n'
    )
    settings = load(config)
    assert any(key in line for line in (*settings.notices, *settings.errors))

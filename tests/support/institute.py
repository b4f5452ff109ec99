"""An institute's network on loopback: a server behind its own certificate authority, and a proxy in front of it."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import trustme

__all__ = ["HOST", "ProxyServer", "authority", "proxy", "serving"]

HOST = "cgc-api.institute.example"
"""A name that leads nowhere but through the proxy."""


def authority(place: Path, *names: str) -> tuple[ssl.SSLContext, Path]:
    """A server's context with a certificate for these names, and the PEM file of the authority that gave it."""
    place.mkdir(parents=True, exist_ok=True)
    ca = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert(*names).configure_cert(context)
    path = place / "institute.pem"
    ca.cert_pem.write_to_path(str(path))
    return context, path


@asynccontextmanager
async def serving(context: ssl.SSLContext, body: bytes = b'{"ok": true}') -> AsyncIterator[tuple[int, list[bytes]]]:
    """Answers every request with one body over TLS; its port, and what it was asked."""
    asked: list[bytes] = []

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readuntil(b"\r\n\r\n"))
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        writer.write(f"{head}Connection: close\r\n\r\n".encode() + body)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0, ssl=context)
    async with server:
        yield server.sockets[0].getsockname()[1], asked


@dataclass
class ProxyServer:
    """A proxy that leads every CONNECT to one port of this machine, or refuses."""

    url: str
    answer: str = "200 Connection established"
    asked: list[str] = field(default_factory=list)
    """The first line of each request."""
    heads: list[bytes] = field(default_factory=list)


@asynccontextmanager
async def proxy(target: int = 0) -> AsyncIterator[ProxyServer]:
    """The proxy; what it answers can be changed while it runs."""
    found = ProxyServer("")

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65_536):
                writer.write(data)
                await writer.drain()
        except OSError:
            pass
        finally:
            writer.close()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        found.heads.append(head)
        found.asked.append(head.split(b"\r\n")[0].decode())
        writer.write(f"HTTP/1.1 {found.answer}\r\nContent-Length: 0\r\n\r\n".encode())
        await writer.drain()
        if not found.answer.startswith("200"):
            writer.close()
            return
        there, back = await asyncio.open_connection("127.0.0.1", target)
        await asyncio.gather(pump(reader, back), pump(there, writer))

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    async with server:
        found.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        yield found

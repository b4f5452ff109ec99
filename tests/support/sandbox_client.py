"""Asking the sandbox in this process, without our adapters."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from tui.sandbox.app import Sandbox

ROW = "id,name,status,project,batch,parent,created_time,start_time,end_time,execution_status,price"


@asynccontextmanager
async def asking(
    sandbox: Sandbox, account: str = "cgc", *, token: str | None = None, host: str = "http://127.0.0.1"
) -> AsyncIterator[httpx.AsyncClient]:
    """A plain client below one account's base."""
    mounted = next(m for m in sandbox.mounted if m.place.name == account)
    sent = {"X-SBG-Auth-Token": mounted.place.token if token is None else token, "Content-Type": "application/json"}
    transport = httpx.ASGITransport(sandbox.app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=f"{host}{mounted.place.path}", headers=sent) as client:
        yield client


async def newest(client: httpx.AsyncClient, **params: Any) -> list[dict[str, Any]]:
    """A page, newest first, with what a monitor wants."""
    query = {"order_by": "created_time", "order": "desc", "limit": 100, "fields": ROW, **params}
    answer = await client.get("/tasks", params=query)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])

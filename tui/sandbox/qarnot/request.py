"""What every route of the pretended Qarnot shares: bodies, error shapes, and a table of routes."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tui.sandbox.qarnot.query import Bad
from tui.sandbox.qarnot.refused import Refused, Unsupported

__all__ = ["Handler", "RouteRow", "answered", "created", "declared_body", "empty", "json_body", "object_body"]

Handler = Callable[[Request], Awaitable[Response]]
RouteRow = tuple[str, str, Handler]
"""Method, path, call."""


async def json_body(request: Request) -> Any:
    """The body as JSON; nothing is None, as POST and PATCH without payload arrive."""
    raw = await request.body()
    try:
        return json.loads(raw) if raw.strip() else None
    except ValueError:
        raise Bad("Body", "The request body is not valid JSON") from None


async def object_body(request: Request) -> dict[str, Any]:
    """The body as an object; nothing is an empty one."""
    value = await json_body(request)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Bad("Body", "The request body must be an object")
    return value


async def declared_body(request: Request) -> dict[str, Any]:
    """The body of a route to which the vendor's specification gives one: it must be declared as JSON (1.2)."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise Unsupported
    return await object_body(request)


def empty() -> Response:
    """What an action answers: 200 without a body."""
    return Response(status_code=200)


def created(request: Request, kind: str, id_: str) -> Response:
    """A new object's id, with its address."""
    base = f"{request.url.scheme}://{request.url.netloc}{request.scope.get('root_path', '')}"
    return JSONResponse({"uuid": id_}, headers={"Location": f"{base}/{kind}/{id_}"})


async def answered(call: Handler, request: Request) -> Response:
    """The route's answer, or the error in the shape that belongs to it (section 9)."""
    try:
        return await call(request)
    except Refused as refused:
        return JSONResponse({"message": refused.message}, status_code=refused.status)
    except Bad as bad:
        title, errors = "One or more validation errors occurred.", {bad.field: [bad.why]}
        return _problem(400, title, "https://tools.ietf.org/html/rfc7231#section-6.5.1", errors=errors)
    except Unsupported:
        detail = f"The content type {request.headers.get('content-type')!r} is not supported; send application/json"
        title, kind = "Unsupported Media Type", "https://tools.ietf.org/html/rfc7231#section-6.5.13"
        return _problem(415, title, kind, detail=detail)


def _problem(status: int, title: str, kind: str, **more: Any) -> Response:
    """A ProblemDetails answer (RFC 7807)."""
    problem = {"type": kind, "title": title, "status": status, "traceId": "00-sandbox-00", **more}
    return JSONResponse(problem, status_code=status, media_type="application/problem+json")

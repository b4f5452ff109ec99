"""The ET Engine API over ASGI (sections 1 to 7 of the contract): plain text errors, JSON that never says it is JSON."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route, Router

from tui.sandbox.etengine.files import Files
from tui.sandbox.etengine.keys import Keys
from tui.sandbox.etengine.names import Filesystem, Tool
from tui.sandbox.etengine.refused import Refused
from tui.sandbox.etengine.render import (
    Edition,
    batch_json,
    detail_json,
    filesystem_row,
    job_json,
    status_json,
    submit_answer,
    tool_row,
)
from tui.sandbox.etengine.script import Batch, Hardware
from tui.sandbox.etengine.world import World
from tui.sandbox.ledger import Ledger

__all__ = ["EtEngineApi"]

Handler = Callable[[Request], Awaitable[Response]]
_BUILD = 60.0
"""Seconds until a new tool is built."""
_CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Headers": "Content-Type, Authorization, Content-Range",
    "Access-Control-Allow-Methods": "GET, POST, PUT, PATCH, DELETE, OPTIONS",
}


def _answer(value: Any = None) -> Response:
    """JSON as the service sends it, a text as it is, and nothing for nothing."""
    body = "" if value is None else value if isinstance(value, str) else json.dumps(value)
    return HTMLResponse(body)


class EtEngineApi:
    """One account, as an ASGI application below its own base path, with and without `/v1`."""

    def __init__(self, world: World, token: str, ledger: Ledger, edition: Edition = Edition.CURRENT) -> None:
        self.world = world
        self.edition = edition
        self._token = token
        self._ledger = ledger
        self._files = Files(world)
        self._keys = Keys(world.clock, world.new_id)
        calls: list[tuple[str, str, Handler]] = [
            ("GET", "/batches", self.batches),
            ("DELETE", "/batches", self.clear),
            ("GET", "/batches/{batch}", self.status),
            ("DELETE", "/batches/{batch}", self.forget),
            ("GET", "/batches/{batch}/jobs", self.jobs),
            ("GET", "/batches/{batch}/jobs/{job}", self.job),
            ("GET", "/tools", self.tools),
            ("POST", "/tools", self.create_tool),
            ("GET", "/tools/{tool}", self.tool_status),
            ("POST", "/tools/{tool}", self.submit),
            ("DELETE", "/tools/{tool}", self.delete_tool),
            ("GET", "/keys", self.keys),
            ("POST", "/keys", self.create_key),
            ("DELETE", "/keys/{key}", self.delete_key),
        ]
        for base in ("/filesystems", "/vfs"):
            calls += [
                ("GET", base, self.filesystems),
                ("POST", base, self.create_filesystem),
                ("DELETE", base + "/{fs}", self.delete_filesystem),
                ("GET", base + "/{fs}/list", self.listing),
                ("GET", base + "/{fs}/list/{path:path}", self.listing),
                ("POST", base + "/{fs}/mkdir/{path:path}", self.mkdir),
                *((method, base + "/{fs}/files/{path:path}", self.file) for method in ("GET", "POST", "PUT", "DELETE")),
            ]
        routes = [Route(path, self._guarded(call), methods=[method]) for method, path, call in calls]
        self._router = Router(routes, redirect_slashes=False, default=self._nowhere)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Without `/v1` too; the health check and OPTIONS need no credentials."""
        if scope["type"] != "http":
            return
        root = scope.get("root_path", "")
        path = scope["path"][len(root) :]
        if scope["method"] == "OPTIONS" or (path in {"", "/"} and scope["method"] == "GET"):
            await HTMLResponse("", headers=_CORS)(scope, receive, send)
            return
        if path == "/v1" or path.startswith("/v1/"):
            scope = {**scope, "path": root + (path[3:] or "/")}
        await self._router(scope, receive, send)

    # -- what stands round every call

    def _guarded(self, call: Handler) -> Handler:
        async def guarded(request: Request) -> Response:
            try:
                self._authenticate(request)
                if "/../" in f"{request.url.path}/":
                    raise Refused(403, "Forbidden")
                response = await call(request)
            except Refused as refused:
                response = Response(refused.text, refused.status, media_type="text/plain")
            now = self.world.clock.now()
            response.headers.update({**_CORS, "Date": now.strftime("%a, %d %b %Y %H:%M:%S GMT")})
            return response

        return guarded

    def _authenticate(self, request: Request) -> None:
        header = request.headers.get("authorization")
        if header is None:
            raise Refused(401, "Missing Authorization header")
        if header.removeprefix("Bearer ") != self._token and not self._keys.known(header):
            raise Refused(401, "Unauthorized")

    async def _nowhere(self, scope: Any, receive: Any, send: Any) -> None:
        """No route: 401 for an unknown kind of thing with an id, the framework's page else."""
        path = scope["path"][len(scope.get("root_path", "")) :]
        if path.strip("/").count("/"):
            response: Response = Response("Unauthorized", 401, media_type="text/plain", headers=_CORS)
        else:
            response = HTMLResponse("<!doctype html><title>404 Not Found</title><h1>Not Found</h1>", 404)
        await response(scope, receive, send)

    def _write(self, verb: str, id_: str, new: str | None = None) -> None:
        self._ledger.write(self.world.clock.now(), "et-engine", self.world.name, verb, id_, "done", new)

    def _batch(self, request: Request) -> Batch:
        found = self.world.find(request.path_params["batch"])
        if found is None:
            raise Refused(403, "Forbidden")
        return found

    def _tool(self, request: Request) -> Tool:
        found = self.world.tools.get(request.path_params["tool"])
        if found is None:
            raise Refused(403, "Forbidden")
        return found

    def _filesystem(self, request: Request) -> str:
        id_: str = request.path_params["fs"]
        if id_ not in self.world.filesystems:
            raise Refused(403, "Forbidden")
        return id_

    # -- batches and jobs

    async def batches(self, request: Request) -> Response:
        """Endpoint 1."""
        return _answer([batch_json(batch, self.edition) for batch in self.world.batches()])

    async def clear(self, request: Request) -> Response:
        """Endpoint 2: all records go."""
        for batch in self.world.batches():
            self.world.forget(batch)
        self._write("clear", "*")
        return _answer()

    async def status(self, request: Request) -> Response:
        """Endpoint 3."""
        batch = self._batch(request)
        return _answer(status_json(batch, batch.counts(self.world.now()), self.edition))

    async def forget(self, request: Request) -> Response:
        """Endpoint 4: the records go, the jobs run on."""
        batch = self._batch(request)
        self.world.forget(batch)
        self._write("forget", batch.id)
        return _answer()

    async def jobs(self, request: Request) -> Response:
        """Endpoint 5, in no order that means anything."""
        batch = self._batch(request)
        jobs = sorted(batch.recorded(self.world.now()), key=lambda job: job.id)
        return _answer([job_json(batch, job, self.edition) for job in jobs])

    async def job(self, request: Request) -> Response:
        """Endpoint 6: 500 for a job that is unknown, or that AWS Batch has forgotten."""
        batch = self._batch(request)
        job = batch.by_id.get(request.path_params["job"])
        state = None if job is None else job.at(self.world.now())
        if job is None or state is None:
            raise Refused(500, "Internal server error: list index out of range")
        return _answer(detail_json(batch, job, state, self.edition))

    # -- tools

    async def tools(self, request: Request) -> Response:
        """Endpoint 7."""
        return _answer([tool_row(tool, self.edition) for tool in self.world.tools.values()])

    async def create_tool(self, request: Request) -> Response:
        """Endpoint 8; the old service answered nothing."""
        name, description = await _members(request, "tool_name", "tool_description")
        if any(tool.name == name for tool in self.world.tools.values()):
            raise Refused(409, "Tool already exists")
        tool = Tool(self.world.new_id(), str(name), str(description))
        self.world.tools[tool.id] = tool
        self.world.built[tool.id] = self.world.clock.now()
        self._write("create_tool", tool.id)
        return _answer(None if self.edition is Edition.OLD else tool.json)

    async def tool_status(self, request: Request) -> Response:
        """Endpoint 9: a new tool is built for a minute."""
        tool = self._tool(request)
        made = self.world.built.get(tool.id)
        ready = made is None or (self.world.clock.now() - made).total_seconds() >= _BUILD
        return _answer({"ready": ready, "buildStatus": "SUCCEEDED" if ready else "IN_PROGRESS"})

    async def submit(self, request: Request) -> Response:
        """Endpoint 10: one job per element of the variable arguments, each with the fixed ones first."""
        tool = self._tool(request)
        fixed, variable, hardware = await _members(request, "fixed_args", "variable_args", "hardware")
        if (
            not isinstance(fixed, dict)
            or not isinstance(variable, list)
            or not all(isinstance(v, dict) for v in variable)
        ):
            raise Refused(400, "Arguments must be objects")
        batch = self.world.submit(tool, [{**fixed, **own} for own in variable or [{}]], self._hardware(hardware))
        self._write("submit", tool.id, batch.id)
        return _answer(submit_answer(batch, self.edition))

    def _hardware(self, given: Any) -> Hardware:
        member = "filesystems" if self.edition is Edition.OLD else "filesystem_list"
        if not isinstance(given, dict) or not {member, "cpu", "memory"} <= set(given):
            raise Refused(400, f"hardware needs {member}, cpu and memory")
        rows = [str(row.get("filesystem_id") if isinstance(row, dict) else row) for row in given[member]]
        if any(id_ not in self.world.filesystems for id_ in rows):
            raise Refused(403, "Forbidden")
        return Hardware(tuple(self.world.filesystems[id_] for id_ in rows), given["cpu"], given["memory"])

    async def delete_tool(self, request: Request) -> Response:
        """Endpoint 11."""
        tool = self._tool(request)
        del self.world.tools[tool.id]
        self._write("delete_tool", tool.id)
        return _answer()

    # -- filesystems

    async def filesystems(self, request: Request) -> Response:
        """Endpoint 15."""
        return _answer([filesystem_row(f, self.edition) for f in self.world.filesystems.values()])

    async def create_filesystem(self, request: Request) -> Response:
        """Endpoint 15."""
        (name,) = await _members(request, "filesystem_name")
        if any(f.name == name for f in self.world.filesystems.values()):
            raise Refused(409, "Filesystem already exists")
        made = Filesystem(self.world.new_id(), str(name))
        self.world.filesystems[made.id] = made
        self._write("create_filesystem", made.id)
        return _answer(made.json)

    async def delete_filesystem(self, request: Request) -> Response:
        """Endpoint 19."""
        id_ = self._filesystem(request)
        del self.world.filesystems[id_]
        self._write("delete_filesystem", id_)
        return _answer("Filesystem deleted")

    async def listing(self, request: Request) -> Response:
        """Endpoint 16."""
        return _answer(self._files.listing(self._filesystem(request), _path(request)))

    async def mkdir(self, request: Request) -> Response:
        """Endpoint 17."""
        self._files.mkdir(self._filesystem(request), _path(request))
        return _answer()

    async def file(self, request: Request) -> Response:
        """Endpoint 18: five steps by method, body and query (section 6)."""
        id_, path = self._filesystem(request), _path(request)
        span = request.headers.get("content-range")
        match request.method:
            case "GET" if request.query_params.get("init"):
                return _answer(self._files.begin_download(id_, path))
            case "GET":
                return Response(self._files.read(id_, path, span), media_type="application/octet-stream")
            case "PUT":
                self._files.part(span, await request.body())
            case "DELETE":
                self._files.delete(id_, path)
                self._write("delete_file", f"{id_}:{path}")
            case _:
                body = await _body(request)
                if body.get("complete"):
                    self._files.end_upload(id_, str(body.get("uploadId") or body.get("upload_id")))
                elif isinstance(body.get("size"), int):
                    return _answer(self._files.begin_upload(id_, path, body["size"]))
                else:
                    raise Refused(400, "size is missing")
        return _answer()

    # -- keys

    async def keys(self, request: Request) -> Response:
        """Section 7."""
        return _answer(self._keys.rows())

    async def create_key(self, request: Request) -> Response:
        """The key as bare text, once only."""
        name, description = await _members(request, "name", "description")
        text = self._keys.create(str(name), str(description))
        self._write("create_key", str(name))
        return _answer(text)

    async def delete_key(self, request: Request) -> Response:
        """It opens nothing from now on."""
        self._keys.delete(request.path_params["key"])
        self._write("delete_key", request.path_params["key"])
        return _answer()


def _path(request: Request) -> str:
    return str(request.path_params.get("path", "")).strip("/")


async def _body(request: Request) -> dict[str, Any]:
    """The JSON text of a body, whatever its Content-Type."""
    try:
        body = json.loads(await request.body())
    except ValueError:
        raise Refused(400, "Request body is not valid JSON") from None
    if not isinstance(body, dict):
        raise Refused(400, "Request body is not an object")
    return body


async def _members(request: Request, *names: str) -> list[Any]:
    body = await _body(request)
    if missing := [name for name in names if name not in body]:
        raise Refused(400, f"Missing {', '.join(missing)}")
    return [body[name] for name in names]

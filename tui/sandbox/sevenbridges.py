"""The Seven Bridges API over ASGI: reads (sections 3, 4, 7, 8 and 10 of the contract). Changes are in `changes.py`."""

import json
import uuid
from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, Router

from tui.sandbox.budget import RateLimit
from tui.sandbox.changes import Changes, Refused
from tui.sandbox.ledger import Ledger
from tui.sandbox.names import PIPELINES, PROJECTS
from tui.sandbox.oddities import twist
from tui.sandbox.render import job_rows, log_bytes, log_keys, task_json
from tui.sandbox.script import Script
from tui.sandbox.world import Account

__all__ = ["SevenBridgesApi"]

_SHORT = ("href", "id", "name", "project")
"""What a list answers without `fields`."""
_FILTER_WORDS = frozenset({"QUEUED", "DRAFT", "RUNNING", "COMPLETED", "ABORTED", "ABORTING", "FAILED"})
_FREE = ("/rate_limit",)
Handler = Callable[[Request], Awaitable[Response]]


class SevenBridgesApi:
    """One environment, as an ASGI application below its own base path."""

    def __init__(
        self, account: Account, token: str, ledger: Ledger, odd: Iterable[str] = (), limit: int = 1000
    ) -> None:
        self.account = account
        self.token = token
        self.odd = frozenset(odd)
        self.rate = RateLimit(limit, 300)
        self.changes = Changes(account, ledger)
        self._logs: dict[str, tuple[Script, int, str]] = {}
        reads: dict[str, Handler] = {
            "/": self.root,
            "/user": self.user,
            "/users/{name}": self.user,
            "/rate_limit": self.rate_limit,
            "/projects": self.projects,
            "/projects/{owner}": self.projects,
            "/projects/{owner}/{project}": self.project,
            "/projects/{owner}/{project}/tasks": self.alias,
            "/tasks": self.tasks,
            "/tasks/{id}": self.task,
            "/tasks/{id}/execution_details": self.details,
            "/tasks/{id}/inputs": self.inputs,
            "/apps": self.apps,
            "/apps/{id:path}": self.app,
            "/files": self.files,
            "/files/{id}": self.file,
            "/files/{id}/download_info": self.download,
            "/billing/groups": self.billing,
            "/billing/groups/{id}": self.billing_group,
            "/billing/groups/{id}/breakdown": self.breakdown,
            "/billing/groups/{id}/breakdown/analysis": self.analysis,
        }
        changes: dict[str, tuple[str, Handler]] = {
            "/tasks": ("POST", self.create),
            "/tasks/{id}": ("PATCH", self.patch),
            "/tasks/{id}/inputs": ("PATCH", self.patch_inputs),
            "/tasks/{id}/actions/{action}": ("POST", self.act),
            "/bulk/tasks/get": ("POST", self.bulk),
        }
        routes = [Route(path, self._guarded(call), methods=["GET"]) for path, call in reads.items()]
        routes += [Route(path, self._guarded(call), methods=[method]) for path, (method, call) in changes.items()]
        routes.append(Route("/tasks/{id}", self._guarded(self.delete), methods=["DELETE"]))
        routes.append(Route("/_storage/{account}/{id}", self.storage, methods=["GET"]))
        self._router = Router(routes, redirect_slashes=False)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Tolerate a trailing slash, as the platform does."""
        if scope["type"] == "http" and len(scope["path"]) > len(scope.get("root_path", "")) + 1:
            scope = {**scope, "path": scope["path"].rstrip("/")}
        await self._router(scope, receive, send)

    # -- what stands round every call

    def _guarded(self, call: Handler) -> Handler:
        async def guarded(request: Request) -> Response:
            now = self.account.clock.now()
            path = request.url.path[len(request.scope.get("root_path", "")) :]
            if path not in {"/", ""} and not self._known(request):
                response: Response = _error(401, 90001, "Unauthorized")
            elif path not in _FREE and path not in {"/", ""} and not self.rate.take(now):
                response = _error(429, 1000, "Rate limit exceeded")
            else:
                try:
                    response = await call(request)
                except Refused as refused:
                    response = _error(refused.status, refused.code, refused.message)
            response.headers["X-RateLimit-Limit"] = str(self.rate.limit)
            response.headers["X-RateLimit-Remaining"] = str(self.rate.remaining)
            response.headers["X-RateLimit-Reset"] = str(self.rate.reset(now))
            response.headers["X-Request-Id"] = uuid.uuid4().hex
            response.headers["Date"] = now.strftime("%a, %d %b %Y %H:%M:%S GMT")
            return response

        return guarded

    def _known(self, request: Request) -> bool:
        bearer = request.headers.get("authorization", "")
        return self.token in {request.headers.get("x-sbg-auth-token"), bearer.removeprefix("Bearer ")}

    def _base(self, request: Request) -> str:
        return f"{request.url.scheme}://{request.url.netloc}{request.scope.get('root_path', '')}"

    def _shown(self, script: Script, request: Request, *, listed: bool = False) -> dict[str, Any]:
        task = twist(task_json(script, self._base(request), self.account.clock.now()), self.odd)
        return _selected(task, request.query_params.get("fields"), _SHORT if listed else None)

    def _find(self, request: Request) -> Script:
        return self.changes.find(request.path_params["id"])

    def _page(self, request: Request, rows: list[Any], total: int, shown: Callable[[Any], Any]) -> Response:
        """A collection; `rows` are all rows, or just the page's when `total` is larger."""
        offset, limit = _window(request)
        base = f"{self._base(request)}{request.url.path[len(request.scope.get('root_path', '')) :]}"
        kept = [(k, v) for k, v in request.query_params.multi_items() if k not in {"offset", "limit"}]

        def link(at: int) -> str:
            return f"{base}?{urlencode([*kept, ('offset', at), ('limit', limit)])}"

        links = []
        if offset + limit < total:
            links.append({"rel": "next", "method": "GET", "href": link(offset + limit)})
        if offset > 0:
            links.append({"rel": "prev", "method": "GET", "href": link(max(0, offset - limit))})
        body = {"href": link(offset), "items": [shown(row) for row in rows], "links": links}
        return JSONResponse(body, headers={"X-Total-Matching-Query": str(total)})

    def _whole(self, request: Request, rows: list[dict[str, Any]], short: tuple[str, ...] = ()) -> Response:
        offset, limit = _window(request)
        fields = request.query_params.get("fields")
        return self._page(
            request, rows[offset : offset + limit], len(rows), lambda row: _selected(row, fields, short or None)
        )

    # -- reads

    async def root(self, request: Request) -> Response:
        """The only anonymous call."""
        names = ("rate_limit", "user", "users", "billing", "projects", "files", "tasks", "apps", "action", "upload")
        return JSONResponse({f"{name}_url": f"{self._base(request)}/{name}" for name in names})

    async def user(self, request: Request) -> Response:
        """Who we are."""
        name = request.path_params.get("name", self.account.user)
        return JSONResponse(
            {
                "href": f"{self._base(request)}/users/{name}",
                "username": name,
                "email": f"{name}@example.org",
                "first_name": name,
                "last_name": "",
                "affiliation": "Sandbox Institute",
                "role": "MEMBER",
            }
        )

    async def rate_limit(self, request: Request) -> Response:
        """Free of charge."""
        reset = self.rate.reset(self.account.clock.now())
        return JSONResponse(
            {
                "rate": {"limit": self.rate.limit, "remaining": self.rate.remaining, "reset": reset},
                "instance_limit": {"limit": 80, "remaining": 77},
            }
        )

    def _projects(self, request: Request) -> list[dict[str, Any]]:
        rows = []
        for id_ in PROJECTS[self.account.name]:
            row = {"href": f"{self._base(request)}/projects/{id_}", "id": id_, "name": id_.split("/")[1]}
            rows.append({**row, "type": "v2", "description": "", "tags": [], "created_by": id_.split("/")[0]})
        return rows

    async def projects(self, request: Request) -> Response:
        """All projects, or an owner's."""
        owner = request.path_params.get("owner")
        rows = [p for p in self._projects(request) if owner is None or p["id"].startswith(f"{owner}/")]
        return self._whole(request, rows, ("href", "id", "name"))

    async def project(self, request: Request) -> Response:
        """One project."""
        id_ = "{owner}/{project}".format(**request.path_params)
        for row in self._projects(request):
            if row["id"] == id_:
                return JSONResponse(row)
        raise Refused(404, 3002, "Requested project does not exist.")

    async def alias(self, request: Request) -> Response:
        """Redirects, as the alias call does."""
        query = urlencode(
            [("project", "{owner}/{project}".format(**request.path_params)), *request.query_params.multi_items()]
        )
        return Response(status_code=302, headers={"Location": f"{self._base(request)}/tasks?{query}"})

    async def tasks(self, request: Request) -> Response:
        """Section 4. Newest first needs `order_by` and `order`; the default is the oldest first."""
        now = self.account.clock.now()
        query = request.query_params
        offset, limit = _window(request)
        parent = query.get("parent")
        keep = self._keeps(request, now)
        if parent is not None:
            source: list[Script] = list(self.changes.find(parent).children or ())
        elif keep is None and query.get("order", "").lower() == "desc" and query.get("order_by") == "created_time":
            rows = []
            for number, script in enumerate(self.account.tasks(now)):
                if number >= offset + limit:
                    break
                if number >= offset:
                    rows.append(script)
            return self._page(request, rows, self.account.count(now), lambda s: self._shown(s, request, listed=True))
        else:
            source = list(self.account.tasks(now))
        base = self._base(request)
        if keep is not None:
            source = [s for s in source if keep(task_json(s, base, now))]
        source = _ordered(source, request, base, now)
        rows = source[offset : offset + limit]
        return self._page(request, rows, len(source), lambda s: self._shown(s, request, listed=True))

    def _keeps(self, request: Request, now: datetime) -> Callable[[dict[str, Any]], bool] | None:
        """The filters of the query as one predicate over the task's JSON; None when there is none."""
        query = request.query_params
        status, project, batch = query.get("status"), query.get("project"), query.get("batch")
        if status is not None and status.upper() not in _FILTER_WORDS:
            raise Refused(400, 7006, f"Bad status filter: {status}")
        bounds = {
            key: _time(query[key])
            for key in (f"{part}_{end}" for part in ("created", "started", "ended") for end in ("from", "to"))
            if key in query
        }
        if status is project is batch is None and not bounds:
            return None
        columns = {"created": "created_time", "started": "start_time", "ended": "end_time"}

        def keep(task: dict[str, Any]) -> bool:
            if status is not None and task["status"] != status.upper():
                return False
            if project is not None and task["project"] != project:
                return False
            if batch is not None and task["batch"] != (batch.lower() == "true"):
                return False
            for key, bound in bounds.items():
                part, end = key.split("_")
                at = task[columns[part]]
                if at is None or (_time(at) < bound if end == "from" else _time(at) > bound):
                    return False
            return True

        return keep

    async def task(self, request: Request) -> Response:
        """One task."""
        return JSONResponse(self._shown(self._find(request), request))

    async def inputs(self, request: Request) -> Response:
        """Inputs only."""
        return JSONResponse(self._find(request).inputs)

    async def bulk(self, request: Request) -> Response:
        """Section 3.7."""
        ids = (await _body(request)).get("task_ids")
        if not isinstance(ids, list) or len(ids) > 100:
            raise Refused(400, 90000, "task_ids must be a list of at most 100 ids")
        items: list[dict[str, Any]] = []
        for id_ in ids:
            try:
                items.append({"resource": self._shown(self.changes.find(str(id_)), request)})
            except Refused as refused:
                items.append({"error": refused.body()})
        return JSONResponse({"items": items})

    async def details(self, request: Request) -> Response:
        """Section 10: a parent and a draft have no `jobs` at all."""
        script, now = self._find(request), self.account.clock.now()
        base = self._base(request)
        task = task_json(script, base, now)
        body = {
            "href": f"{base}/tasks/{script.id}/execution_details",
            "status": task["status"],
            "message": task["execution_status"].get("message"),
            "start_time": task["start_time"],
            "end_time": task["end_time"],
        }
        if script.children is None and task["status"] != "DRAFT":
            body["jobs"] = job_rows(script, base, now)
            self._logs.update({key: (script, *what) for key, what in log_keys(script).items()})
        return JSONResponse(body)

    async def apps(self, request: Request) -> Response:
        """The apps of a project."""
        project = request.query_params.get("project", PROJECTS[self.account.name][0])
        rows = [
            {"href": f"{self._base(request)}/apps/{project}/{p.app}", "id": f"{project}/{p.app}/{p.revision}",
             "name": p.app, "project": project, "revision": p.revision}
            for p in PIPELINES
        ]  # fmt: skip
        return self._whole(request, rows)

    async def app(self, request: Request) -> Response:
        """One app, with a short CWL."""
        parts = request.path_params["id"].removesuffix("/raw").split("/")
        pipeline = next((p for p in PIPELINES if len(parts) > 2 and p.app == parts[2]), None)
        if pipeline is None:
            raise Refused(404, 6002, "Requested app does not exist.")
        cwl = {"class": "Workflow", "cwlVersion": "v1.2", "id": pipeline.app, "inputs": [{"id": pipeline.port}]}
        if request.path_params["id"].endswith("/raw"):
            return JSONResponse(cwl)
        id_ = "/".join(parts[:3])
        return JSONResponse(
            {"href": f"{self._base(request)}/apps/{id_}", "id": f"{id_}/{pipeline.revision}", "name": pipeline.app,
             "project": "/".join(parts[:2]), "revision": pipeline.revision, "raw": cwl}
        )  # fmt: skip

    async def files(self, request: Request) -> Response:
        """What a task produced, or nothing."""
        origin = request.query_params.get("origin.task")
        rows = []
        if origin:
            outputs = task_json(self.changes.find(origin), self._base(request), self.account.clock.now())["outputs"]
            rows = [self._file(request, o["path"], o["name"], 4096) for o in outputs.values() if o]
        return self._whole(request, rows)

    def _file(self, request: Request, id_: str, name: str, size: int) -> dict[str, Any]:
        return {"href": f"{self._base(request)}/files/{id_}", "type": "file", "id": id_, "name": name, "size": size}

    def _log(self, request: Request) -> tuple[Script, int, str]:
        try:
            return self._logs[request.path_params["id"]]
        except KeyError:
            raise Refused(404, 5002, "Requested file does not exist.") from None

    async def file(self, request: Request) -> Response:
        """Name and size of a log."""
        script, number, kind = self._log(request)
        size = len(log_bytes(script, number, kind))
        return JSONResponse(self._file(request, request.path_params["id"], f"{kind}.log", size))

    async def download(self, request: Request) -> Response:
        """A pre-signed address, on a path of its own."""
        self._log(request)
        id_ = request.path_params["id"]
        return JSONResponse({"url": f"{self._base(request)}/_storage/{self.account.name}/{id_}?signature=sandbox"})

    async def storage(self, request: Request) -> Response:
        """The storage host: refuses a request that carries the token, serves ranges and lengths."""
        if "x-sbg-auth-token" in request.headers or "authorization" in request.headers:
            return Response("the token must not be sent here", status_code=400)
        script, number, kind = self._log(request)
        return _ranged(log_bytes(script, number, kind), request.headers.get("range"))

    async def billing(self, request: Request) -> Response:
        """One group."""
        group = {"id": str(uuid.UUID(int=7)), "name": "Sandbox billing", "type": "regular", "privileges": {}}
        return self._whole(request, [{"href": f"{self._base(request)}/billing/groups/{group['id']}", **group}])

    async def billing_group(self, request: Request) -> Response:
        """The group."""
        return JSONResponse(
            {
                "id": request.path_params["id"],
                "name": "Sandbox billing",
                "balance": {"currency": "USD", "amount": 812.4},
            }
        )

    async def breakdown(self, request: Request) -> Response:
        """Spending by project."""
        return JSONResponse({"project_breakdown": [], "total_spending": {"currency": "USD", "amount": 187.6}})

    async def analysis(self, request: Request) -> Response:
        """Spending by task."""
        return self._whole(request, [])

    # -- changes

    async def create(self, request: Request) -> Response:
        """Section 3.1."""
        run = request.query_params.get("action") == "run" or request.query_params.get("run", "").lower() == "true"
        script = self.changes.create(await _body(request), run=run)
        return JSONResponse(self._shown(script, request), status_code=201)

    async def patch(self, request: Request) -> Response:
        """Section 3.5."""
        script = self.changes.patch(request.path_params["id"], await _body(request))
        return JSONResponse(self._shown(script, request))

    async def patch_inputs(self, request: Request) -> Response:
        """Inputs alone."""
        script = self.changes.patch(request.path_params["id"], {"inputs": await _body(request)})
        return JSONResponse(script.inputs)

    async def delete(self, request: Request) -> Response:
        """Section 3.6."""
        self.changes.delete(request.path_params["id"])
        return Response(status_code=204)

    async def act(self, request: Request) -> Response:
        """Sections 3.2 to 3.4."""
        await _body(request)
        query = request.query_params
        id_, action = request.path_params["id"], request.path_params["action"]
        if action == "run":
            script = self.changes.run(id_, as_batch=query.get("batch", "True").lower() != "false")
        elif action == "abort":
            script = self.changes.abort(id_)
        elif action == "clone":
            script = self.changes.clone(id_, run=query.get("action") == "run")
        else:
            raise Refused(400, 7013, f"Unknown action: {action}")
        return JSONResponse(self._shown(script, request), status_code=201 if action == "clone" else 200)


def _error(status: int, code: int, message: str) -> Response:
    return JSONResponse(Refused(status, code, message).body(), status_code=status)


async def _body(request: Request) -> dict[str, Any]:
    """A JSON object; null and nothing are an empty one, anything else is refused."""
    raw = await request.body()
    try:
        value = json.loads(raw) if raw.strip() else {}
    except ValueError:
        raise Refused(400, 90009, "The request body cannot be read.") from None
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Refused(400, 90009, "The request body must be an object.")
    return value


def _window(request: Request) -> tuple[int, int]:
    try:
        offset = max(0, int(request.query_params.get("offset", 0)))
        limit = min(100, max(1, int(request.query_params.get("limit", 50))))
    except ValueError:
        raise Refused(400, 90000, "offset and limit must be whole numbers") from None
    return offset, limit


def _time(text: str) -> datetime:
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise Refused(400, 90000, f"Bad date: {text}") from None
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time


def _ordered(rows: list[Script], request: Request, base: str, now: datetime) -> list[Script]:
    keys = {"start_time", "end_time", "name", "created_by"}
    by = request.query_params.get("order_by")
    down = by is not None and request.query_params.get("order", "asc").lower() == "desc"
    if by in keys:
        return sorted(rows, key=lambda s: str(task_json(s, base, now)[by] or ""), reverse=down)
    return sorted(rows, key=lambda s: s.created, reverse=down)


def _selected(row: dict[str, Any], fields: str | None, short: tuple[str, ...] | None) -> dict[str, Any]:
    """The `fields` of a request: names, dotted names, `!name`, `_all`."""
    if not fields:
        return row if short is None else {key: row[key] for key in short if key in row}
    names = [name.strip() for name in fields.split(",") if name.strip()]
    if "_all" in names:
        return row
    without = {name[1:] for name in names if name.startswith("!")}
    wanted = [name for name in names if not name.startswith("!")]
    if not wanted:
        return {key: value for key, value in row.items() if key not in without}
    result: dict[str, Any] = {}
    for name in wanted:
        head, _, rest = name.partition(".")
        if head in row:
            result[head] = row[head] if not rest or not isinstance(row[head], dict) else {rest: row[head].get(rest)}
    return result


def _ranged(data: bytes, header: str | None) -> Response:
    """The bytes a Range header asks for, with their length."""
    unit, _, span = (header or "").partition("=")
    first, dash, last = span.partition("-")
    if unit != "bytes" or not dash or not (first or last):
        return Response(data, media_type="text/plain")
    start = int(first) if first else max(0, len(data) - int(last))
    end = min(int(last) if first and last else len(data) - 1, len(data) - 1)
    if start > end:
        return Response(status_code=416, headers={"Content-Range": f"bytes */{len(data)}"})
    headers = {"Content-Range": f"bytes {start}-{end}/{len(data)}"}
    return Response(data[start : end + 1], status_code=206, headers=headers, media_type="text/plain")

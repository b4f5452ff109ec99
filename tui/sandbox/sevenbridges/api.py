"""The Seven Bridges API over ASGI: reads (sections 3, 4, 7, 8 and 10 of the contract). Changes are in `changes.py`."""

import uuid
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, Router

from tui.sandbox.ledger import Ledger
from tui.sandbox.sevenbridges.billing import analysis_rows, breakdown_json
from tui.sandbox.sevenbridges.catalog import GROUP, app_row, app_rows, group_row, project_rows, user_row
from tui.sandbox.sevenbridges.changes import Changes
from tui.sandbox.sevenbridges.children import SandboxChildren
from tui.sandbox.sevenbridges.files import Files
from tui.sandbox.sevenbridges.names import PROJECTS
from tui.sandbox.sevenbridges.oddities import twist
from tui.sandbox.sevenbridges.query import Picks, json_body, keeper, ordered, ranged, selected, window
from tui.sandbox.sevenbridges.rate_limit import RateLimit
from tui.sandbox.sevenbridges.refused import Refused
from tui.sandbox.sevenbridges.render import job_rows, task_json
from tui.sandbox.sevenbridges.script import Script
from tui.sandbox.sevenbridges.world import Account

__all__ = ["SevenBridgesApi"]

_SHORT = ("href", "id", "name", "project")
"""What a list answers without `fields`."""
_NAMED = ("href", "id", "name")
_FREE = ("/rate_limit",)
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
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
        self._picks = Picks(account, ledger)
        self._files = Files()
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
            "/bulk/files/get": ("POST", self.bulk_files),
        }
        routes = [Route(path, self._guarded(call), methods=["GET"]) for path, call in reads.items()]
        routes += [Route(path, self._guarded(call), methods=[method]) for path, (method, call) in changes.items()]
        routes.append(Route("/tasks/{id}", self._guarded(self.delete), methods=["DELETE"]))
        routes.append(Route("/_storage/{account}/{id}", self.storage, methods=["GET"]))
        routes += [Route(path, self._guarded(_no_method), methods=_METHODS) for path in (*reads, *changes)]
        routes.append(Route("/{path:path}", self._guarded(_no_call), methods=_METHODS))
        self._router = Router(routes, redirect_slashes=False)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Tolerate a trailing slash, as the platform does."""
        if scope["type"] == "http":
            root = scope.get("root_path", "")
            scope = {**scope, "path": scope["path"].rstrip("/") or "/"}
            if scope["path"] == root:
                scope["path"] += "/"
        await self._router(scope, receive, send)

    # -- what stands round every call

    def _guarded(self, call: Handler) -> Handler:
        async def guarded(request: Request) -> Response:
            now = self.account.clock.now()
            await request.body()  # a GET may carry one, which is read and ignored, so that the connection lives on
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
        return selected(task, request.query_params.get("fields"), _SHORT if listed else None)

    def _find(self, request: Request) -> Script:
        return self.changes.find(request.path_params["id"])

    def _page(self, request: Request, rows: Sequence[Any], total: int, shown: Callable[[Any], Any]) -> Response:
        """A collection; `rows` are all rows, or just the page's when `total` is larger."""
        offset, limit = window(request)
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

    def _one(self, request: Request, row: dict[str, Any]) -> Response:
        return JSONResponse(selected(row, request.query_params.get("fields")))

    def _whole(self, request: Request, rows: list[dict[str, Any]], short: tuple[str, ...] = ()) -> Response:
        offset, limit = window(request)
        fields = request.query_params.get("fields")
        return self._page(
            request, rows[offset : offset + limit], len(rows), lambda row: selected(row, fields, short or None)
        )

    # -- reads

    async def root(self, request: Request) -> Response:
        """The only anonymous call."""
        names = ("rate_limit", "user", "users", "billing", "projects", "files", "tasks", "apps", "action", "upload")
        return JSONResponse({f"{name}_url": f"{self._base(request)}/{name}" for name in names})

    async def user(self, request: Request) -> Response:
        """Who we are, or who somebody is."""
        name = request.path_params.get("name", self.account.user)
        return self._one(request, user_row(self._base(request), self.account.name, name))

    async def rate_limit(self, request: Request) -> Response:
        """Free of charge."""
        reset = self.rate.reset(self.account.clock.now())
        return JSONResponse(
            {
                "rate": {"limit": self.rate.limit, "remaining": self.rate.remaining, "reset": reset},
                "instance_limit": {"limit": 80, "remaining": 77},
            }
        )

    async def projects(self, request: Request) -> Response:
        """All projects, or an owner's, by a part of the name."""
        owner, name = request.path_params.get("owner", ""), request.query_params.get("name", "").lower()
        rows = [p for p in project_rows(self._base(request), self.account.name) if name in p["name"].lower()]
        return self._whole(request, [p for p in rows if not owner or p["id"].startswith(f"{owner}/")], _NAMED)

    async def project(self, request: Request) -> Response:
        """One project."""
        id_ = "{owner}/{project}".format(**request.path_params)
        for row in project_rows(self._base(request), self.account.name):
            if row["id"] == id_:
                return self._one(request, row)
        raise Refused(404, 3002, "Requested project does not exist.")

    async def alias(self, request: Request) -> Response:
        """Redirects, as the alias call does."""
        query = urlencode(
            [("project", "{owner}/{project}".format(**request.path_params)), *request.query_params.multi_items()]
        )
        return Response(status_code=302, headers={"Location": f"{self._base(request)}/tasks?{query}"})

    async def tasks(self, request: Request) -> Response:
        """Section 4. Newest first needs `order_by` and `order`; the default is the oldest first."""
        now, query = self.account.clock.now(), request.query_params
        keep, project = keeper(query, now), query.get("project")
        offset, limit = window(request)
        newest_first = query.get("order", "").lower() == "desc" and query.get("order_by") == "created_time"
        if (parent := query.get("parent")) is not None:
            children = self.changes.find(parent).children or ()
            if keep is None and project is None and newest_first and isinstance(children, SandboxChildren):
                page = [children.child(k) for k in children.newest_first()[offset : offset + limit]]
                return self._page_of_tasks(request, page, len(children))
            rows = [c for c in children if project in {None, c.project} and (keep is None or keep(c))]
        else:
            handles = self.account.handles(now, project)
            if query.get("order_by", "created_time") == "created_time":
                handles = handles if newest_first else handles[::-1]
                if keep is not None:
                    handles = self._picks.rows(query, offset, handles, keep)
                page = [self.account.script(h) for h in handles[offset : offset + limit]]
                return self._page_of_tasks(request, page, len(handles))
            rows = [s for s in map(self.account.script, handles) if keep is None or keep(s)]
        rows = ordered(rows, request, now)
        return self._page_of_tasks(request, rows[offset : offset + limit], len(rows))

    def _page_of_tasks(self, request: Request, rows: Sequence[Script], total: int) -> Response:
        return self._page(request, rows, total, lambda script: self._shown(script, request, listed=True))

    async def task(self, request: Request) -> Response:
        """One task; its files can be asked for from then on."""
        script = self._find(request)
        self._files.values_of(script, task_json(script, "", self.account.clock.now()))
        return JSONResponse(self._shown(script, request))

    async def inputs(self, request: Request) -> Response:
        """Inputs only."""
        return JSONResponse(self._find(request).inputs)

    async def bulk(self, request: Request) -> Response:
        """Section 3.7."""
        ids = (await json_body(request)).get("task_ids")
        if not isinstance(ids, list) or len(ids) > 100:
            raise Refused(400, 90000, "task_ids must be a list of at most 100 ids")
        items: list[dict[str, Any]] = []
        for id_ in ids:
            try:
                items.append({"resource": self._shown(self.changes.find(str(id_)), request)})
            except Refused as refused:
                items.append({"error": refused.body()})
        return JSONResponse({"items": items})

    async def bulk_files(self, request: Request) -> Response:
        """The same for files, as the official client asks for them."""
        ids = (await json_body(request)).get("file_ids")
        if not isinstance(ids, list) or len(ids) > 100:
            raise Refused(400, 90000, "file_ids must be a list of at most 100 ids")
        items: list[dict[str, Any]] = []
        for id_ in ids:
            try:
                items.append({"resource": self._files.find(str(id_)).shown(self._base(request))})
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
            self._files.logs_of(script)
        return JSONResponse(body)

    async def apps(self, request: Request) -> Response:
        """The apps of a project."""
        project = request.query_params.get("project", PROJECTS[self.account.name][0])
        return self._whole(request, app_rows(self._base(request), project))

    async def app(self, request: Request) -> Response:
        """One app."""
        return JSONResponse(app_row(self._base(request), request.path_params["id"]))

    async def files(self, request: Request) -> Response:
        """What a task produced, or the files of a project that were named in an answer."""
        query, base = request.query_params, self._base(request)
        if origin := query.get("origin.task"):
            found = self._files.produced_by(self.changes.find(origin), base, self.account.clock.now())
        else:
            found = self._files.of_project(query.get("project", ""), query.getlist("name"))
        return self._whole(request, [f.shown(base) for f in found], ("href", "id", "name", "project"))

    async def file(self, request: Request) -> Response:
        """Name and size of an input, an output or a log."""
        return self._one(request, self._files.find(request.path_params["id"]).shown(self._base(request)))

    async def download(self, request: Request) -> Response:
        """A pre-signed address, on a path of its own."""
        id_ = self._files.find(request.path_params["id"]).id
        return JSONResponse({"url": f"{self._base(request)}/_storage/{self.account.name}/{id_}?signature=sandbox"})

    async def storage(self, request: Request) -> Response:
        """The storage host: refuses a request that carries the token, serves ranges and lengths."""
        if "x-sbg-auth-token" in request.headers or "authorization" in request.headers:
            return Response("the token must not be sent here", status_code=400)
        try:
            data = self._files.find(request.path_params["id"]).data
        except Refused:
            return Response("no such key", status_code=404)
        return ranged(data, request.headers.get("range"))

    async def billing(self, request: Request) -> Response:
        """One group."""
        return self._whole(request, [group_row(self._base(request), GROUP)], _NAMED)

    async def billing_group(self, request: Request) -> Response:
        """The group."""
        return self._one(request, group_row(self._base(request), request.path_params["id"]))

    async def breakdown(self, request: Request) -> Response:
        """Spending by project."""
        base = self._base(request)
        group_row(base, request.path_params["id"])
        return JSONResponse(breakdown_json(self.account, base, self.account.clock.now()))

    async def analysis(self, request: Request) -> Response:
        """Spending by task."""
        base, query = self._base(request), request.query_params
        group_row(base, request.path_params["id"])
        days = query.get("date_from"), query.get("date_to")
        return self._whole(request, analysis_rows(self.account, base, self.account.clock.now(), *days))

    # -- changes

    async def create(self, request: Request) -> Response:
        """Section 3.1."""
        run = request.query_params.get("action") == "run" or request.query_params.get("run", "").lower() == "true"
        as_batch = request.query_params.get("batch", "").lower() != "false"
        script = self.changes.create(await json_body(request), run=run, as_batch=as_batch)
        return JSONResponse(self._shown(script, request), status_code=201)

    async def patch(self, request: Request) -> Response:
        """Section 3.5."""
        script = self.changes.patch(request.path_params["id"], await json_body(request))
        return JSONResponse(self._shown(script, request))

    async def patch_inputs(self, request: Request) -> Response:
        """Inputs alone."""
        script = self.changes.patch(request.path_params["id"], {"inputs": await json_body(request)})
        return JSONResponse(script.inputs)

    async def delete(self, request: Request) -> Response:
        """Section 3.6."""
        self.changes.delete(request.path_params["id"])
        return Response(status_code=204)

    async def act(self, request: Request) -> Response:
        """Sections 3.2 to 3.4. Every official client declares JSON on every call (1.2)."""
        await json_body(request, declared=True)
        query = request.query_params
        id_, action = request.path_params["id"], request.path_params["action"]
        if action == "run":
            spot = query.get("use_interruptible_instances")
            script = self.changes.run(
                id_,
                as_batch=query.get("batch", "").lower() != "false",
                spot=None if spot is None else spot.lower() == "true",
            )
        elif action == "abort":
            script = self.changes.abort(id_)
        elif action == "clone":
            script = self.changes.clone(id_, run=query.get("action") == "run")
        else:
            raise Refused(400, 7013, f"Unknown action: {action}")
        return JSONResponse(self._shown(script, request), status_code=201 if action == "clone" else 200)


def _error(status: int, code: int, message: str) -> Response:
    return JSONResponse(Refused(status, code, message).body(), status_code=status)


async def _no_call(request: Request) -> Response:
    raise Refused(404, 90003, f"There is no {request.url.path}.")


async def _no_method(request: Request) -> Response:
    raise Refused(405, 90006, f"{request.method} is not allowed here.")

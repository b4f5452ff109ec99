"""The task routes of the pretended Qarnot (sections 2.1, 2.4, 5 and 8)."""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from tui.sandbox.qarnot.changes import Changes
from tui.sandbox.qarnot.oddities import twist
from tui.sandbox.qarnot.output import Streams
from tui.sandbox.qarnot.query import named, page, projected, tagged
from tui.sandbox.qarnot.refused import Refused
from tui.sandbox.qarnot.render import SUMMARY, full, summary
from tui.sandbox.qarnot.request import Handler, RouteRow, created, declared_body, empty, json_body, object_body
from tui.sandbox.qarnot.script import Script, state_at
from tui.sandbox.qarnot.snapshots import Snapshots

__all__ = ["TaskRoutes"]


class TaskRoutes:
    """Everything below `/tasks`."""

    def __init__(self, changes: Changes, streams: Streams, odd: frozenset[str]) -> None:
        self._changes = changes
        self._account = changes.account
        self._streams = streams
        self._odd = odd
        self._snapshots = Snapshots()

    def table(self) -> list[RouteRow]:
        """The routes; fixed names stand before `{id}`."""
        rows: list[RouteRow] = [
            ("GET", "/tasks", self.listing),
            ("GET", "/tasks/summaries", self.listing),
            ("POST", "/tasks/paginate", self.paginate),
            ("POST", "/tasks/summaries/paginate", self.paginate),
            ("POST", "/tasks/search", self.search),
            ("POST", "/tasks", self.create),
            ("POST", "/tasks/force", self.create),
            ("GET", "/tasks/{id}", self.task),
            ("PUT", "/tasks/{id}", self.update),
            ("PATCH", "/tasks/{id}", self.resources),
            ("DELETE", "/tasks/{id}", self.delete),
            ("POST", "/tasks/{id}/abort", self.abort),
            ("POST", "/tasks/{id}/snapshot", self.snapshot),
            ("POST", "/tasks/{id}/snapshot/periodic", self.periodic),
            ("GET", "/tasks/{id}/snapshot/{snapshot}", self.snapshot_status),
        ]
        rows += [
            ("POST", f"/tasks/{{id}}/{verb}", self._again(verb)) for verb in ("clone", "retry", "resume", "recover")
        ]
        for method in ("GET", "POST"):
            for stream in ("stdout", "stderr"):
                rows += [
                    (method, f"/tasks/{{id}}/{stream}{tail}", self._output(stream)) for tail in ("", "/{instance}")
                ]
        return rows

    def whole(self, script: Script) -> dict[str, Any]:
        """A task as `GET /tasks/{id}` shows it."""
        return self._shown(script, brief=False)

    def _shown(self, script: Script, *, brief: bool) -> dict[str, Any]:
        now = self._account.clock.now()
        state = state_at(script, now)
        assert state is not None, "listed tasks exist"
        return twist((summary if brief else full)(script, state, now), self._odd)

    def _scripts(self) -> list[Script]:
        return self._account.tasks(self._account.clock.now())

    async def listing(self, request: Request) -> Response:
        """Unpaged, with `?tag=`."""
        wanted = request.query_params.getlist("tag")
        commas = "literal-commas" not in self._odd
        brief = request.url.path.endswith("/summaries")
        return JSONResponse(
            [self._shown(s, brief=brief) for s in self._scripts() if tagged(s.tags, wanted, commas=commas)]
        )

    async def paginate(self, request: Request) -> Response:
        """A page by token."""
        brief = request.url.path.endswith("/summaries/paginate")
        body = await object_body(request)
        if brief and body.get("filter") is not None:  # summaries are filtered by what only whole tasks have, too
            value = page(self._scripts(), lambda s: self._shown(s, brief=False), body)
            value["data"] = [{k: v for k, v in row.items() if k in SUMMARY} for row in value["data"]]
            return JSONResponse(value)
        return JSONResponse(page(self._scripts(), lambda s: self._shown(s, brief=brief), body))

    async def search(self, request: Request) -> Response:
        """An array, projected by `select`."""
        body = await object_body(request)
        wanted = named(body.get("filter"))
        scripts = [s for s in self._scripts() if wanted is None or s.id in wanted]
        return JSONResponse(projected([self._shown(s, brief=False) for s in scripts], body))

    async def create(self, request: Request) -> Response:
        """One task, or an array of them (2.4)."""
        body = await json_body(request)
        if not isinstance(body, list):
            return created(request, "tasks", self._changes.create(body if isinstance(body, dict) else {}).id)
        rows: list[dict[str, Any]] = []
        for one in body:
            try:
                script = self._changes.create(one if isinstance(one, dict) else {})
                rows.append({"statusCode": 200, "uuid": script.id, "message": None})
            except Refused as refused:
                status = 403 if refused.status == 400 else refused.status
                rows.append({"statusCode": status, "uuid": None, "message": refused.message})
        codes: set[int] = {row["statusCode"] for row in rows}
        status = 200 if codes <= {200} else 207 if 200 in codes else min(codes)
        return JSONResponse(rows, status_code=status)

    async def task(self, request: Request) -> Response:
        """By uuid or short name."""
        return JSONResponse(self.whole(self._changes.find(request.path_params["id"])[0]))

    async def update(self, request: Request) -> Response:
        """Constants and tags."""
        self._changes.update(request.path_params["id"], await object_body(request))
        return empty()

    async def resources(self, request: Request) -> Response:
        """To the nodes anew."""
        self._changes.resources(request.path_params["id"])
        return empty()

    async def delete(self, request: Request) -> Response:
        """Aborts first if needed."""
        self._changes.delete(request.path_params["id"])
        return empty()

    async def abort(self, request: Request) -> Response:
        """Live tasks."""
        self._changes.abort(request.path_params["id"])
        return empty()

    def _again(self, verb: str) -> Handler:
        async def again(request: Request) -> Response:
            script = self._changes.again(verb, request.path_params["id"], await declared_body(request))
            return created(request, "tasks", script.id)

        return again

    async def snapshot(self, request: Request) -> Response:
        """A single one."""
        script, _ = self._changes.find(request.path_params["id"])
        config = await object_body(request)
        return JSONResponse(self._snapshots.take(script.id, config, self._account.clock.now()))

    async def snapshot_status(self, request: Request) -> Response:
        """How far a single one is."""
        script, _ = self._changes.find(request.path_params["id"])
        id_ = request.path_params["snapshot"]
        return JSONResponse(self._snapshots.find(script.id, id_, self._account.clock.now()))

    async def periodic(self, request: Request) -> Response:
        """Every so many seconds; 0 stops."""
        self._changes.find(request.path_params["id"])
        interval = (await object_body(request)).get("interval")
        if not isinstance(interval, int) or interval < 0:
            raise Refused(400, "Invalid snapshot interval")
        return empty()

    def _output(self, stream: str) -> Handler:
        async def output(request: Request) -> Response:
            script, state = self._changes.find(request.path_params["id"])
            sent = request.path_params.get("instance")
            number = None if sent is None else int(sent) if sent.isdigit() else -1
            if number is not None and number not in script.ids:
                raise Refused(404, f"No such instance: {sent}")
            at = -1.0 if script.refused else state.stopped
            data = self._streams.read(script, stream, number, at, fresh=request.method == "POST")
            return PlainTextResponse(data)

        return output

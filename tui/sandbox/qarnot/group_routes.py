"""The job and pool routes of the pretended Qarnot (sections 2.2 and 2.3)."""

from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from tui.sandbox.qarnot.changes import Changes
from tui.sandbox.qarnot.groups import Job, Pool, job_json, pool_json, pool_summary
from tui.sandbox.qarnot.query import page, projected, tagged
from tui.sandbox.qarnot.refused import Refused
from tui.sandbox.qarnot.request import Handler, RouteRow, created, empty, object_body
from tui.sandbox.qarnot.script import FINAL, Script, state_at
from tui.sandbox.qarnot.tasks import TaskRoutes

__all__ = ["GroupRoutes"]


class GroupRoutes:
    """Everything below `/jobs` and `/pools`."""

    def __init__(self, changes: Changes, tasks: TaskRoutes) -> None:
        self._changes = changes
        self._account = changes.account
        self._tasks = tasks

    def table(self) -> list[RouteRow]:
        """The routes; fixed names stand before `{id}`."""
        rows: list[RouteRow] = [
            ("GET", "/jobs", self.listing(self._job_list, self._job_json)),
            ("POST", "/jobs", self.create_job),
            ("POST", "/jobs/", self.create_job),  # the official Python client writes the slash
            ("POST", "/jobs/paginate", self.paging(self._job_list, self._job_json)),
            ("POST", "/jobs/search", self.searching(self._job_list, self._job_json)),
            ("GET", "/jobs/{id}", self.job),
            ("GET", "/jobs/{id}/tasks", self.job_tasks),
            ("POST", "/jobs/{id}/terminate", self.terminate),
            ("DELETE", "/jobs/{id}", self.delete_job),
            ("GET", "/pools", self.listing(self._pool_list, self._pool_json)),
            ("GET", "/pools/summaries", self.listing(self._pool_list, self._pool_brief)),
            ("POST", "/pools", self.create_pool),
            ("POST", "/pools/paginate", self.paging(self._pool_list, self._pool_json)),
            ("POST", "/pools/summaries/paginate", self.paging(self._pool_list, self._pool_brief)),
            ("POST", "/pools/search", self.searching(self._pool_list, self._pool_json)),
            ("GET", "/pools/{id}", self.pool),
            ("PUT", "/pools/{id}", self.update_pool),
            ("PATCH", "/pools/{id}", self.pool_resources),
            ("DELETE", "/pools/{id}", self.delete_pool),
            ("POST", "/pools/{id}/close", self.close),
            ("GET", "/pools/{id}/tasks", self.pool_tasks),
            ("GET", "/pools/{id}/jobs", self.pool_jobs),
            ("GET", "/pools/{id}/scaling", self.scaling),
        ]
        for method in ("GET", "POST"):
            for stream in ("stdout", "stderr"):
                rows += [(method, f"/pools/{{id}}/{stream}{tail}", self.output) for tail in ("", "/{instance}")]
        return rows

    # -- lists

    def _job_list(self) -> list[Any]:
        self._account.tasks(self._changes.now)
        jobs = [j for j in self._account.jobs.values() if j.deleted is None]
        return sorted(jobs, key=lambda j: j.created, reverse=True)

    def _pool_list(self) -> list[Any]:
        self._account.tasks(self._changes.now)
        pools = [p for p in self._account.pools.values() if p.deleted is None]
        return sorted(pools, key=lambda p: p.created, reverse=True)

    def _job_json(self, job: Job) -> dict[str, Any]:
        return job_json(job, self._changes.now)

    def _waiting(self, pool: Pool) -> int:
        """Task instances that are queued or running in the pool."""
        now, count = self._changes.now, 0
        for script in self._account.members(now, pool=pool.id):
            state = state_at(script, now)
            if state is not None and state.state not in FINAL and not script.refused:
                count += sum(one.end > state.stopped for one in script.instances)
        return count

    def _pool_json(self, pool: Pool) -> dict[str, Any]:
        return pool_json(pool, self._changes.now, self._waiting(pool))

    def _pool_brief(self, pool: Pool) -> dict[str, Any]:
        return pool_summary(pool, self._changes.now, self._waiting(pool))

    def listing(self, source: Callable[[], list[Any]], render: Callable[[Any], dict[str, Any]]) -> Handler:
        """Unpaged, with `?tag=`."""

        async def listed(request: Request) -> Response:
            wanted = request.query_params.getlist("tag")
            return JSONResponse([render(one) for one in source() if tagged(one.tags, wanted)])

        return listed

    def paging(self, source: Callable[[], list[Any]], render: Callable[[Any], dict[str, Any]]) -> Handler:
        """A page by token."""

        async def paged(request: Request) -> Response:
            return JSONResponse(page(source(), render, await object_body(request)))

        return paged

    def searching(self, source: Callable[[], list[Any]], render: Callable[[Any], dict[str, Any]]) -> Handler:
        """An array."""

        async def searched(request: Request) -> Response:
            return JSONResponse(projected([render(one) for one in source()], await object_body(request)))

        return searched

    def _members(self, scripts: list[Script]) -> Response:
        return JSONResponse([self._tasks.whole(script) for script in scripts])

    # -- jobs

    async def job(self, request: Request) -> Response:
        """One job."""
        return JSONResponse(self._job_json(self._changes.job(request.path_params["id"])))

    async def job_tasks(self, request: Request) -> Response:
        """Its tasks, whole."""
        job = self._changes.job(request.path_params["id"])
        return self._members(list(self._account.members(self._changes.now, job=job.id)))

    async def create_job(self, request: Request) -> Response:
        """A new job."""
        return created(request, "jobs", self._changes.create_job(await object_body(request)).id)

    async def terminate(self, request: Request) -> Response:
        """It and its tasks stop."""
        self._changes.terminate(request.path_params["id"])
        return empty()

    async def delete_job(self, request: Request) -> Response:
        """`force` in any case."""
        force = request.query_params.get("force", "").lower() == "true"
        self._changes.delete_job(request.path_params["id"], force=force)
        return empty()

    # -- pools

    async def pool(self, request: Request) -> Response:
        """One pool."""
        return JSONResponse(self._pool_json(self._changes.pool(request.path_params["id"])))

    async def pool_tasks(self, request: Request) -> Response:
        """Its tasks, whole."""
        pool = self._changes.pool(request.path_params["id"])
        return self._members(list(self._account.members(self._changes.now, pool=pool.id)))

    async def pool_jobs(self, request: Request) -> Response:
        """Its jobs."""
        pool = self._changes.pool(request.path_params["id"])
        return JSONResponse([self._job_json(job) for job in self._job_list() if job.pool == pool.id])

    async def create_pool(self, request: Request) -> Response:
        """A new pool."""
        return created(request, "pools", self._changes.create_pool(await object_body(request)).id)

    async def update_pool(self, request: Request) -> Response:
        """Constants, tags, scaling."""
        self._changes.update_pool(request.path_params["id"], await object_body(request))
        return empty()

    async def pool_resources(self, request: Request) -> Response:
        """To the nodes anew."""
        self._changes.pool(request.path_params["id"])
        return empty()

    async def delete_pool(self, request: Request) -> Response:
        """Closes first."""
        self._changes.delete_pool(request.path_params["id"])
        return empty()

    async def close(self, request: Request) -> Response:
        """The nodes go."""
        self._changes.close(request.path_params["id"])
        return empty()

    async def scaling(self, request: Request) -> Response:
        """Its policies."""
        return JSONResponse(self._changes.pool(request.path_params["id"]).body.get("scaling"))

    async def output(self, request: Request) -> Response:
        """A few lines a node."""
        pool = self._changes.pool(request.path_params["id"])
        sent = request.path_params.get("instance")
        if sent is not None and (not sent.isdigit() or int(sent) >= pool.nodes):
            raise Refused(404, f"No such instance: {sent}")
        if "/stderr" in request.url.path:
            return PlainTextResponse("")
        chosen = range(pool.nodes) if sent is None else (int(sent),)
        prefix = "{n}> " if sent is None else ""
        return PlainTextResponse("".join(f"{prefix}node ready\n".format(n=n) for n in chosen))

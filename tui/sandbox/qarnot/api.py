"""The Qarnot API over ASGI, with and without `/v1`: what stands round every call, and the account's own routes."""

from collections.abc import Iterable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, Router

from tui.sandbox.ledger import Ledger
from tui.sandbox.qarnot.catalog import carbon_json, info_json, quota_json
from tui.sandbox.qarnot.changes import Changes
from tui.sandbox.qarnot.group_routes import GroupRoutes
from tui.sandbox.qarnot.names import MACHINES, STUDIES
from tui.sandbox.qarnot.output import Streams
from tui.sandbox.qarnot.refused import Refused
from tui.sandbox.qarnot.render import credits_of
from tui.sandbox.qarnot.request import Handler, RouteRow, answered, empty
from tui.sandbox.qarnot.tasks import TaskRoutes
from tui.sandbox.qarnot.world import Account

__all__ = ["QarnotApi"]

_PUBLIC = frozenset({"/settings", "/versions"})
_READS_BY_POST = ("/paginate", "/search")
_HARDWARE: tuple[dict[str, Any], ...] = (
    *({"discriminator": "SpecificHardwareConstraint", "specificationKey": m.key} for m in MACHINES),
    {"discriminator": "MinimumCoreHardwareConstraint", "coreCount": 8},
    {"discriminator": "MinimumRamHardwareConstraint", "minimumMemoryMB": 32_000},
    {"discriminator": "SSDHardwareConstraint"},
)


class QarnotApi:
    """One account, as an ASGI application below its own base path.

    It limits nothing: the platform's figures are not published, and a plain client must not meet invented ones. A 429
    comes from faults alone (section 9).
    """

    def __init__(self, account: Account, token: str, ledger: Ledger, odd: Iterable[str] = ()) -> None:
        self.account = account
        self.token = token
        self.odd = frozenset(odd)
        self.changes = Changes(account, ledger, self._most_tasks)
        tasks = TaskRoutes(self.changes, Streams(get_moves="get-moves-cursor" in self.odd), self.odd)
        table = [*self._table(), *tasks.table(), *GroupRoutes(self.changes, tasks).table()]
        routes = [
            Route(f"{prefix}{path}" or "/", self._guarded(call), methods=[method])
            for prefix in ("", "/v1")
            for method, path, call in table
        ]
        self._router = Router(routes, redirect_slashes=False)

    def _most_tasks(self) -> int:
        held = len(self.account.tasks(self.account.clock.now()))
        return held if "full-quota" in self.odd else max(1_000, 100 * -(-held // 100))

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Doubled slashes count once, as behind the platform's own proxy."""
        if scope["type"] == "http" and "//" in scope["path"]:
            scope = {**scope, "path": scope["path"].replace("//", "/")}
        await self._router(scope, receive, send)

    def _table(self) -> list[RouteRow]:
        return [
            ("GET", "", self.ping),
            ("GET", "/versions", self.versions),
            ("GET", "/settings", self.settings),
            ("GET", "/info", self.info),
            ("GET", "/quotas/computing-quotas/user", self.user_quota),
            ("GET", "/quotas/computing-quotas/organization", self.organization_quota),
            ("GET", "/credits/v1/accounts/credits", self.credits),
            ("GET", "/credits/v1/tasks/{id}/credits", self.spent),
            ("GET", "/credits/v1/pools/{id}/credits", self.pool_spent),
            ("GET", "/credits/v1/projects/{id}/budgets", self.budgets),
            ("GET", "/carbon/v1/tasks/{id}/carbon-facts", self.carbon),
            ("GET", "/profiles", self.profiles),
            ("GET", "/profiles/{name}", self.profile),
            ("GET", "/hardware-constraints", self.hardware),
            ("GET", "/hardware-constraints/cpu-model-constraints/search", self.cpus),
        ]

    # -- what stands round every call

    def _guarded(self, call: Handler) -> Handler:
        async def guarded(request: Request) -> Response:
            path = request.url.path[len(request.scope.get("root_path", "")) :].removeprefix("/v1")
            if path not in _PUBLIC and request.headers.get("authorization") != self.token:
                error = {"error": {"message": "Bad authentication token", "code": 401}, "data": {}}
                return JSONResponse(error, status_code=401)
            reads = request.method == "GET" or path.endswith(_READS_BY_POST)
            if "qarnotreadonlyrequestforaccount" in request.headers and not reads:
                return JSONResponse({"message": "This connection is read-only"}, status_code=403)
            return await answered(call, request)

        return guarded

    # -- the account

    async def ping(self, request: Request) -> Response:
        """The token is valid."""
        return empty()

    async def versions(self, request: Request) -> Response:
        """Public."""
        return JSONResponse([{"version": "v1", "endOfLife": None}])

    async def settings(self, request: Request) -> Response:
        """Public; without a storage address the official client asks for nothing else (quirk Q13)."""
        base = f"{request.url.scheme}://{request.url.netloc}"
        return JSONResponse({"storage": f"{base}/_storage" if "storage" in self.odd else None})

    async def info(self, request: Request) -> Response:
        """User and quotas."""
        return JSONResponse(info_json(self.account, self.account.clock.now(), self._most_tasks()))

    async def user_quota(self, request: Request) -> Response:
        """The user's plans."""
        return JSONResponse(quota_json(self.account, self.account.clock.now()))

    async def organization_quota(self, request: Request) -> Response:
        """There is no organization."""
        raise Refused(404, "The user belongs to no organization")

    async def credits(self, request: Request) -> Response:
        """Euros left."""
        now = self.account.clock.now()
        spent = sum(credits_of(script, now) for script in self.account.tasks(now)[:200])
        return JSONResponse({"credits": round(5_000 - spent % 4_000, 2)})

    async def spent(self, request: Request) -> Response:
        """Euros a task has consumed."""
        script, _ = self.changes.find(request.path_params["id"])
        return JSONResponse({"credits": credits_of(script, self.account.clock.now())})

    async def pool_spent(self, request: Request) -> Response:
        """Euros a pool has consumed: its nodes are billed from the moment they run."""
        pool, now = self.changes.pool(request.path_params["id"]), self.account.clock.now()
        hours = max(0.0, ((pool.stopped or now) - pool.created).total_seconds() / 3600)
        return JSONResponse({"credits": round(hours * pool.nodes * MACHINES[2].cores * MACHINES[2].rate, 2)})

    async def budgets(self, request: Request) -> Response:
        """None."""
        return JSONResponse({"budgets": []})

    async def carbon(self, request: Request) -> Response:
        """Energy and carbon of a task."""
        script, _ = self.changes.find(request.path_params["id"])
        return JSONResponse(carbon_json(script, self.account.clock.now(), camel="camel-carbon" in self.odd))

    # -- the catalogue

    async def profiles(self, request: Request) -> Response:
        """Names."""
        return JSONResponse(sorted({study.profile for study in STUDIES}))

    async def profile(self, request: Request) -> Response:
        """One, with its constants."""
        name = request.path_params["name"]
        if name not in {study.profile for study in STUDIES}:
            raise Refused(404, f"No such profile: {name}")
        constant = {"name": "DOCKER_CMD", "value": "", "description": "What runs in the container"}
        return JSONResponse({"name": name, "constants": [constant], "licenses": []})

    async def hardware(self, request: Request) -> Response:
        """By offset; the names of the query in any case."""
        query = {key.lower(): value for key, value in request.query_params.items()}
        try:
            limit, offset = min(50, int(query.get("limit", 50))), int(query.get("offset", 0))
        except ValueError:
            raise Refused(400, "limit and offset must be numbers") from None
        rows = _HARDWARE[offset : offset + limit]
        return JSONResponse({"data": rows, "offset": offset, "limit": limit, "total": len(_HARDWARE)})

    async def cpus(self, request: Request) -> Response:
        """Processors whose name holds the word."""
        word = request.query_params.get("cpuModel", "").lower()
        found = [m.cpu for m in MACHINES if word in m.cpu.lower()]
        return JSONResponse([{"discriminator": "CpuModelHardwareConstraint", "cpuModel": cpu} for cpu in found])

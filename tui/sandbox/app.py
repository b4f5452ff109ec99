"""All platforms of one world as one ASGI application, with the sandbox's own calls beside them."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Mount, Route

from tui.sandbox.clock import WorldClock
from tui.sandbox.etengine.api import EtEngineApi
from tui.sandbox.etengine.render import Edition
from tui.sandbox.etengine.world import World
from tui.sandbox.faults import Faults, Rules, parse
from tui.sandbox.ledger import Ledger
from tui.sandbox.outage import Outage, Outages
from tui.sandbox.places import CLUSTER, PLACES, PLATFORMS, Place, accounts, shares, submissions
from tui.sandbox.qarnot.api import QarnotApi
from tui.sandbox.qarnot.world import Account as QarnotAccount
from tui.sandbox.sevenbridges.api import SevenBridgesApi
from tui.sandbox.sevenbridges.world import Account
from tui.sandbox.slurm.cluster import Cluster
from tui.sandbox.slurm.folder import PATH, answer
from tui.sandbox.slurm.programs import Programs

__all__ = ["Sandbox", "demo_app"]


@dataclass(frozen=True, slots=True)
class Mounted:
    """One account's API, and where it is."""

    place: Place
    app: Any


class Sandbox:
    """The world, its clock, its ledger, and the application that serves them.

    `tasks` is how many there are at the start over all accounts; or how many each has, those not named none.
    """

    def __init__(
        self,
        *,
        seed: int = 1,
        tasks: int | Mapping[str, int] = 2_000,
        clock: WorldClock | None = None,
        start: datetime | None = None,
        speed: float = 1.0,
        faults: str = "",
        latency: float = 0.0,
        odd: Sequence[str] = (),
        limit: int = 1000,
    ) -> None:
        self.clock = clock or WorldClock(start, speed)
        self.ledger = Ledger()
        self.rules = Rules(parse(faults), latency, seed)
        self.outages = Outages(self.clock)
        counts = shares(tasks) if isinstance(tasks, int) else {name: tasks.get(name, 0) for name in PLATFORMS}
        jobs = submissions(tasks) if isinstance(tasks, int) else tasks.get(CLUSTER, 0)
        self.slurm = Programs(Cluster(CLUSTER, seed, jobs, self.clock, self.ledger))
        """The cluster's commands."""
        self.mounted = [self._mount(place, seed, counts[place.name], odd, limit) for place in PLACES]
        self.app = Starlette(
            routes=[
                Route("/_sandbox/ledger", self._ledger, methods=["GET"]),
                Route("/_sandbox/clock", self._clock, methods=["GET", "POST"]),
                Route("/_sandbox/faults", self._faults, methods=["POST"]),
                Route(PATH, self._command, methods=["POST"]),
                Route("/_sandbox/unseen", self._unseen, methods=["GET"]),
                *(Mount(m.place.path, self._faulty(m)) for m in self.mounted),
            ]
        )

    def accounts(self, base: str) -> list[dict[str, str]]:
        """Name, platform, url and token of each account, for a base such as `http://127.0.0.1:8000`."""
        return accounts(base)

    def _mount(self, place: Place, seed: int, tasks: int, odd: Sequence[str], limit: int) -> Mounted:
        """The account of this place with so many tasks; `limit` is Seven Bridges' requests in 5 minutes."""
        name, token = place.name, place.token
        api: Any
        match place.platform:
            case "sevenbridges":
                api = SevenBridgesApi(Account(name, seed, tasks, self.clock), token, self.ledger, odd, limit)
            case "qarnot":
                world = QarnotAccount(name, seed, tasks, self.clock)
                api = QarnotApi(world, token, self.ledger, odd)
            case _:
                edition = next((e for e in Edition if f"et-{e.value}" in odd), Edition.CURRENT)
                api = EtEngineApi(World(name, seed, tasks, self.clock), token, self.ledger, edition)
        return Mounted(place, api)

    def _faulty(self, mounted: Mounted) -> Any:
        place = mounted.place
        return Outage(Faults(mounted.app, place.platform, self.rules), place.name, self.outages)

    async def _command(self, request: Request) -> JSONResponse:
        """A command of the cluster's folder."""
        body = await request.body()
        try:
            return JSONResponse(await asyncio.to_thread(answer, self.slurm, body))
        except (ValueError, KeyError, TypeError):
            return JSONResponse({"error": 'send {"words": [...]}'}, status_code=400)

    async def _unseen(self, request: Request) -> JSONResponse:
        """Jobs that run on although their batch was forgotten, by account."""
        apis = {m.place.name: m.app for m in self.mounted if isinstance(m.app, EtEngineApi)}
        return JSONResponse({name: api.world.unseen() for name, api in apis.items()})

    async def _ledger(self, request: Request) -> JSONResponse:
        return JSONResponse(self.ledger.rows)

    async def _clock(self, request: Request) -> JSONResponse:
        if request.method == "POST":
            try:
                seconds = float(json.loads(await request.body())["advance"])
            except (ValueError, TypeError, KeyError):
                return JSONResponse({"error": 'send {"advance": SECONDS}'}, status_code=400)
            self.clock.advance(seconds)
        return JSONResponse({"now": self.clock.now().isoformat()})

    async def _faults(self, request: Request) -> JSONResponse:
        """The whole set anew: `{"faults": SPEC}`, a list of its parts, or the text alone; nothing at all ends them."""
        try:
            self.rules.rules = parse(_spec((await request.body()).decode()))
        except ValueError as error:
            return JSONResponse({"error": str(error)}, status_code=400)
        return JSONResponse({"faults": [f"{r.platform}:{r.fault}@{r.share}" for r in self.rules.rules]})


def _spec(text: str) -> str:
    """The specification in the body of a call, in any of its forms.

    Raises:
        ValueError: It is in none of them.
    """
    try:
        body = json.loads(text) if text.strip() else ""
    except ValueError:
        return text
    if isinstance(body, dict):
        body = body.get("faults", body.get("spec")) if body else ""
    parts: list[Any] = body if isinstance(body, list) else [body]
    if not all(isinstance(part, str) for part in parts):
        raise ValueError('send {"faults": "PLATFORM:FAULT@SHARE,..."}')
    return ",".join(parts)


def demo_app(seed: int = 1, tasks: int = 2_000, clock: WorldClock | None = None) -> Sandbox:
    """The world that `taskdeck --demo` shows, for use in process."""
    return Sandbox(seed=seed, tasks=tasks, clock=clock)

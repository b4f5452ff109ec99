"""R33: a million submissions over a platform that loses requests, loses answers, and executes late."""

import json
import random
from collections import Counter

import httpx

from tests.support.clocks import VirtualClock, run_virtual
from tui.domain.action import Outcome, Verb
from tui.domain.status import TaskStatus
from tui.domain.task import Task, TaskRef
from tui.domain.token import Token
from tui.platforms.protocols import Connection, Platform
from tui.platforms.sevenbridges.adapter import SevenBridges
from tui.store.actions.journal import Journal
from tui.store.actions.service import Actions
from tui.store.store import Store

TITLE = "1,000,000 submissions with losses and late execution: 0 duplicates"

SUBMISSIONS = 1_000_000
FATES = (
    ("done", 50), ("refused connection", 8), ("request lost", 8), ("answer lost", 8), ("late", 8), ("503 undone", 5),
    ("503 done", 5), ("cut answer", 4), ("empty answer", 2), ("refused", 2),
)  # fmt: skip
_UNSENT = {"refused connection"}


class Unreliable(httpx.AsyncBaseTransport):
    """The platform, and the network before it. It counts what it executed."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self.executed: Counter[str] = Counter()
        self.fate = ""
        self._late: list[tuple[int, str]] = []
        self._requests = 0

    def _execute(self, id_: str) -> None:
        self.executed[id_] += 1

    def tick(self, until: int | None = None) -> None:
        """Execute what was put off until now."""
        self._requests += 1
        due = [id_ for at, id_ in self._late if at <= (until or self._requests)]
        self._late = [(at, id_) for at, id_ in self._late if at > (until or self._requests)]
        for id_ in due:
            self._execute(id_)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.tick()
        if request.url.path.endswith("/bulk/tasks/get"):
            ids = json.loads(request.content)["task_ids"]
            return _json({"items": [{"resource": self._task(id_)} for id_ in ids]})
        id_ = request.url.path.split("/")[-3]
        names, weights = zip(*FATES, strict=True)
        self.fate = fate = self._rng.choices(names, weights)[0]
        match fate:
            case "refused connection":
                raise httpx.ConnectError("refused")
            case "request lost":
                raise httpx.ReadTimeout("no answer")
            case "late":
                self._late.append((self._requests + self._rng.randrange(1, 8), id_))
                raise httpx.ReadTimeout("no answer yet")
            case "503 undone":
                return httpx.Response(503, stream=httpx.ByteStream(b""))
            case "refused":
                return _json({"code": 7010, "message": "not in this state"}, 400)
        self._execute(id_)
        match fate:
            case "answer lost":
                raise httpx.ReadError("reset")
            case "503 done":
                return httpx.Response(503, stream=httpx.ByteStream(b""))
            case "cut answer":
                return httpx.Response(200, stream=httpx.ByteStream(b'{"id": "x", "sta'))
            case "empty answer":
                return httpx.Response(200, stream=httpx.ByteStream(b""))
        return _json(self._task(id_))

    def _task(self, id_: str) -> dict[str, str]:
        return {"id": id_, "status": "RUNNING" if self.executed[id_] else "DRAFT", "name": "n"}


def _json(value: object, status: int = 200) -> httpx.Response:
    return httpx.Response(status, stream=httpx.ByteStream(json.dumps(value).encode()))


async def _submissions(count: int, seed: int) -> str:
    clock, rng = VirtualClock(), random.Random(seed)
    network = Unreliable(rng)
    connection = Connection("lab", "https://api.example.org/v2", Token("t0ken"))
    platform = SevenBridges(connection, clock=clock, transport=network)
    store = Store(["lab"])

    async def opened(name: str) -> Platform:
        return platform

    actions = Actions(
        store,
        clock,
        Journal(None),
        opened,
        lambda name: platform,
        lambda name: False,
        lambda name: None,
        lambda name: None,
    )
    outcomes: Counter[str] = Counter()
    async with platform:
        for number in range(count):
            id_ = f"{number:08x}-0000-4000-8000-000000000000"
            draft = Task(
                ref=TaskRef("lab", id_), platform="sevenbridges", name="n", status=TaskStatus.DRAFT,
                native_status="DRAFT", fetched=clock.now(),
            )  # fmt: skip
            [result] = [r async for r in actions.execute(actions.plan(Verb.RUN, [draft]))]
            done = network.executed[id_]
            assert done <= 1, f"submission {number} ({network.fate}) was executed {done} times"
            assert result.outcome is not Outcome.DONE or done == 1, f"{number} ({network.fate}): done, but it is not"
            never = {Outcome.NOT_SENT, Outcome.REFUSED}
            assert result.outcome not in never or done == 0, f"{number} ({network.fate}): {result.outcome}, but it ran"
            assert (network.fate in _UNSENT) == (result.outcome is Outcome.NOT_SENT), f"{number} ({network.fate})"
            outcomes[result.outcome.value] += 1
        network.tick(until=10**12)
    twice = sum(times > 1 for times in network.executed.values())
    assert twice == 0, f"{twice} submissions were executed more than once"
    return f"{count:,} submissions, 0 duplicates: " + ", ".join(f"{n:,} {word}" for word, n in outcomes.most_common())


def soak(scale: float, seed: int) -> str:
    """A million at scale 1."""
    said: str = run_virtual(_submissions(max(100, int(SUBMISSIONS * scale)), seed))
    return said

"""The task list and what opens over it in each state, over rows in memory, with time standing still."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from types import MappingProxyType, SimpleNamespace
from typing import Any, cast

from textual.screen import Screen

from tests.support.clocks import HeldClock
from tests.support.memory_deck import NOW, MemoryDeck, make_task
from tests.support.screens import Desk
from tui.domain.account import Budget
from tui.domain.action import RerunPlan, Verb
from tui.domain.errors import AuthRefused, Unreachable
from tui.domain.forecast import Estimate, Spread
from tui.domain.money import Money, Sum
from tui.domain.status import TaskStatus as S
from tui.domain.task import Kind, Progress, Tally, Task, TaskRef
from tui.platforms.protocols import PushDown
from tui.store.actions.plan import Plan
from tui.store.actions.rerun import Again
from tui.store.snapshot import EMPTY, Change, Feed, Snapshot
from tui.ui.present.palette import entries
from tui.ui.screens.action_menu import ActionMenu
from tui.ui.screens.command import CommandScreen, Prompt
from tui.ui.screens.confirm import ConfirmScreen
from tui.ui.screens.help import HelpScreen
from tui.ui.screens.problems import ProblemsScreen
from tui.ui.screens.tasks import TasksScreen

__all__ = ["OVER", "STATES", "desk", "put", "shown"]

STATES = ("full", "empty", "loading", "stale", "failing")
_M = timedelta(minutes=1)
_ACCOUNTS = {"cgc": "sevenbridges", "cavatica": "sevenbridges", "lab": "qarnot", "et": "et-engine"}

_ROWS: tuple[tuple[str, str, S, int, int, str, str, str], ...] = (
    ("cgc", "STAR-align_LUAD batch 480", S.RUNNING, 192, 0, "41.20 USD", "luad-480", "412/480!7"),
    ("cavatica", "wgs-joint-call chr1-22", S.FAILED, 118, 41, "6.90 USD", "kf-brain", "S3 read: AccessDenied"),
    ("cgc", "salmon-quant TARGET-AML", S.RUNNING, 65, 0, "3.15 USD", "target", "61/96"),
    ("et", "seismic-inv sweep 12", S.QUEUED, 8, 0, "", "", "0/2000"),
    ("lab", "mdrun prod 3", S.QUEUED, 160, 0, "", "hpc", "waits for a free machine"),
    ("cavatica", "deepvar trio 17", S.DONE, 360, 40, "18.44 USD", "kf-brain", "9/9"),
    ("cgc", "bwa-mem2 panel B", S.STARTING, 22, 0, "0.82 USD", "panel-b", "0/8"),
    ("cgc", "cellranger PBMC 4k", S.FAILED, 200, 91, "2.07 USD", "pbmc", "exit 137"),
    ("lab", "openfoam wing a12", S.RUNNING, 362, 0, "11.60 EUR", "wing", "74%"),
    ("et", "porosity mc 2000", S.RUNNING, 288, 0, "", "", "812/2000!31"),
    ("cgc", "qiime2 gut cohort", S.ABORTED, 1500, 1440, "1.10 USD", "gut", "aborted by user-b"),
    ("cavatica", "varscan LUSC", S.DONE, 1600, 1500, "7.71 USD", "lusc", "5/5"),
    ("cgc", "rsem recount chunk 9, a name that is too long for any column of this list", S.DONE, 1700, 1600,
     "4.40 USD", "recount", "12/12"),
    ("cgc", "alphafold T1104 日本", S.FINISHING, 700, 0, "88.00 USD", "fold", "3/5"),
    ("cavatica", "gatk-joint draft", S.DRAFT, 30, 0, "", "kf-brain", ""),
    ("et", "rtm-image 17c7d410", S.UNKNOWN, 9000, 0, "", "", "0/48"),
)  # fmt: skip


def _task(number: int, spec: tuple[str, str, S, int, int, str, str, str]) -> Task:
    account, name, status, begun, ended, money, project, said = spec
    created = NOW - begun * _M
    amount, _, currency = money.partition(" ")
    task = make_task(
        TaskRef(account, f"{number:08x}-2d0e-4b5c-9d11-0a64b5b0a111"),
        platform=_ACCOUNTS[account],
        name=name,
        status=status,
        native_status=status.value.upper(),
        reason=None,
        errors=(),
        created=created,
        started=None if status in {S.DRAFT, S.QUEUED} else created + 2 * _M,
        ended=NOW - ended * _M if status.is_final else None,
        total_time=begun * _M if status is S.QUEUED else None,
        price=Money(currency, Decimal(amount)) if money else None,
        project=f"rfranklin/{project}" if project else None,
        app=f"rfranklin/{project}/{name.split()[0].lower()}/14" if project else "seis-por/3",
    )
    done, slash, rest = said.partition("/")
    if said.endswith("%"):
        return replace(task, progress=Progress(percent=float(said[:-1])))
    if not slash or not done.isdigit():
        return replace(task, reason=said or None)
    total, _, failed = rest.partition("!")
    if not failed and "2000" not in rest:
        return replace(task, progress=Progress.of(int(done), int(total)))
    counts = Tally(done=int(done) - int(failed or 0), failed=int(failed or 0), queued=int(total) - int(done))
    return replace(task, kind=Kind.BATCH, counts=counts)


def tasks() -> tuple[Task, ...]:
    return tuple(_task(number, spec) for number, spec in enumerate(_ROWS))


def shown(state: str) -> Snapshot:
    every = tasks() if state not in {"empty", "loading"} else ()
    feeds = {}
    for account in _ACCOUNTS:
        own = {str(t.ref): t for t in every if t.ref.account == account}
        feeds[account] = Feed(own, NOW, complete=True, budget=Budget(1000, 871, None) if account == "cgc" else None)
    if state == "loading":
        return Snapshot(MappingProxyType({name: Feed(loading=True, total=3204) for name in feeds}))
    if state == "failing":
        old = NOW - 14 * _M
        down = Unreachable("cavatica", "listing tasks", "connect timeout after 10s")
        refused = AuthRefused("et", "listing batches", "401 token refused")
        feeds["cavatica"] = replace(
            feeds["cavatica"], fetched=old, error=down, failing_since=old, attempts=7, next_try=NOW + _M / 2
        )
        feeds["et"] = replace(feeds["et"], fetched=NOW - 2 * _M, error=refused, failing_since=NOW - 2 * _M, attempts=1)
    return Snapshot(MappingProxyType(feeds))


class ListDeck(MemoryDeck):
    """What the list asks of a deck."""

    def __init__(self) -> None:
        super().__init__()
        self.store = SimpleNamespace(snapshot=EMPTY)
        self.me = {"cgc": "rfranklin"}
        self.sought: list[PushDown] = []
        """What was asked for by filters."""
        self.handles = {
            name: SimpleNamespace(name=name, read_only=False, origin=f"env {name.upper()}_TOKEN", platform=platform)
            for name, platform in _ACCOUNTS.items()
        }

    def seek(self, push: PushDown, account: str | None = None) -> None:
        """Only noted."""
        self.sought.append(push)


class _Rechecks:
    async def recheck(self, plan: Plan) -> tuple[Any, ...]:
        return ()

    async def learn(self, plan: Plan) -> Plan:
        return plan


def bulk() -> Plan:
    """An abort of seven of two accounts, with two that cannot be."""
    going = tuple(task for task in tasks() if task.status.is_open and task.status is not S.DRAFT)
    return Plan(
        verb=Verb.ABORT,
        targets=tuple(task for task in going if task.ref.account != "et")[:7],
        skipped=tuple((task, "et-engine cannot abort") for task in going if task.ref.account == "et"),
        already=tuple(task for task in tasks() if task.status is S.DONE),
        others=("user-b",),
        budgets={"cgc": Budget(1000, 871, None)},
    )


def some_again() -> Plan:
    """A rerun of the 31 failed children of a batch that cost more than they did."""
    batch = tasks()[1]
    cost = Money("USD", Decimal("3.90")), Money("USD", Decimal("4.12")), Money("USD", Decimal("4.40"))
    part = Again(
        count=31,
        rerun=RerunPlan("one draft batch is made of them, checked and run (or each is cloned)", 4),
        spent=Sum((Money("USD", Decimal("3.10")),)),
        expected=Estimate(31, 812, cost, Spread(3.5, 3.9, 4.4), timedelta(minutes=41)),
    )
    return Plan(
        verb=Verb.RERUN_FAILED,
        targets=(batch,),
        again={batch.ref: part},
        settings={"instance_type": "r5.2xlarge"},
        budgets={"cav": Budget(1000, 871, None)},
    )


def _palette(clock: HeldClock, *, fuzzy: bool) -> Screen[Any]:
    why = {"log": "this account keeps no logs", "run": "read-only: nothing is changed on this account"}
    return CommandScreen(Prompt(entries(lambda word: why.get(word, ""), {}), (), lambda text: ()), fuzzy=fuzzy)


OVER: dict[str, Callable[[HeldClock], Screen[Any]]] = {
    "palette": lambda clock: _palette(clock, fuzzy=True),
    "command": lambda clock: _palette(clock, fuzzy=False),
    "help": lambda clock: HelpScreen(),
    "filter-help": lambda clock: HelpScreen("filter"),
    "confirm": lambda clock: ConfirmScreen(bulk(), _Rechecks(), clock),
    "confirm-one": lambda clock: ConfirmScreen(some_again(), _Rechecks(), clock),
    "menu": lambda clock: ActionMenu(
        tasks()[:1], {Verb.ABORT: None, Verb.RERUN: None, Verb.RUN: "only a draft is run, this is running"}
    ),
    "problems": lambda clock: ProblemsScreen(clock, {"et": "env ET_ENGINE_API_KEY, read at the start"}),
}


def desk() -> Desk:
    return Desk(lambda deck, clock: TasksScreen(cast(Any, deck), cast(Any, clock)), ListDeck())


async def put(pilot: Any, state: str, over: str | None = None) -> None:
    """Bring the list into its state, and open what stands over it."""
    app = pilot.app
    await pilot.pause()
    snapshot = shown(state)
    app.memory.store.snapshot = snapshot
    app.screen.changed(Change(snapshot, None))
    if state == "stale":
        app.held.passed = 41.0
        app.screen.panes.tick()
    if state == "full":
        await pilot.press("j", "space", "space")
    await pilot.pause()
    if over is not None:
        screen = OVER[over](app.held)
        if isinstance(screen, ProblemsScreen):
            screen.set_reactive(ProblemsScreen.snapshot, snapshot)
        app.push_screen(screen)
        await pilot.pause()
    await app.workers.wait_for_complete()
    await pilot.pause()

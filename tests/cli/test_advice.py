"""Advice that can be followed."""

import json
import os
import re
import stat
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest

from tests.rows import Rows
from tests.support.command_deck import task
from tests.support.commands import Answer, World
from tui.cli.examples import EXAMPLES
from tui.cli.wiring import handle
from tui.clock import SystemClock
from tui.domain.action import Verb
from tui.domain.errors import AuthRefused, NoSuchApi
from tui.domain.status import TaskStatus
from tui.domain.task import Tally, TaskRef
from tui.settings import Account, paths
from tui.settings.secrets import EnvToken, FileToken
from tui.store.actions.plan import Plan
from tui.store.cache.database import Cache
from tui.store.snapshot import EMPTY, Feed
from tui.ui.present.problems import problems_of


@pytest.mark.parametrize("platform", ["sevenbridges", "qarnot", "et-engine"])
@pytest.mark.parametrize("command", [("tasks",), ("accounts", "test"), ("doctor",)])
def test_u16_a_wrong_path_is_no_such_api(home: Path, platform: str, command: tuple[str, ...]) -> None:
    """It was the platform in trouble, a task that is not there, or a refused token: ET Engine answers 401 to any path
    of two segments."""
    world = World(home, platform=platform)
    name, url = world.accounts[0]["name"], world.accounts[0]["url"] + "/wrong"
    world.configure({name: {"url": json.dumps(url)}})
    run = world(*command)
    assert run.code == 5
    assert f"no such API at {url}; look at `url`" in run.out + run.err


@pytest.mark.parametrize("command", [("tasks",), ("accounts", "test"), ("doctor",)])
def test_u16_a_refused_key_of_et_engine_is_no_wrong_path(home: Path, command: tuple[str, ...]) -> None:
    """The same 401, at the right address; where a gateway refuses every path, both are named."""
    world = World(home, platform="et-engine")
    (home / f"{world.accounts[0]['name']}.token").write_text("another")
    run = world(*command)
    assert run.code == 4
    assert "look at `url`" not in run.out + run.err
    world.answers.append(Answer("GET", "/", 401, b"Unauthorized", ((b"content-type", b"text/plain"),)))
    run = world(*command)
    assert run.code == 4
    assert f"or because there is no API at {world.accounts[0]['url']}: look at `url` too" in run.out + run.err


async def test_u16_the_screen_says_so_and_stops(home: Path) -> None:
    rows = Rows(home, [])
    calls: list[str] = []

    async def nothing(scope: object, receive: object, send: object) -> None:
        calls.append(str(scope["path"]))  # type: ignore[index]
        await send({"type": "http.response.start", "status": 404, "headers": []})  # type: ignore[operator]
        await send({"type": "http.response.body", "body": b"not here"})  # type: ignore[operator]

    rows.app = nothing  # type: ignore[method-assign,assignment]
    async with rows.screen(whole=False) as table:
        feed = lambda: table.app.deck.store.snapshot.feeds["lab"]  # noqa: E731
        await table.until(lambda: feed().error is not None, "the error")
        assert isinstance(feed().error, NoSuchApi)
        assert feed().next_try is None
        asked = len(calls)
        table.app.deck.refresh()
        for _ in range(20):
            await table.pilot.pause()
        assert len(calls) == asked
        assert "no such API at" in table.shown
        await table.press("exclamation_mark")
        assert "correct the account's url" in table.shown


def test_u16_a_refused_token_of_the_environment_is_not_read_again() -> None:
    """A running program keeps its environment; a file is read again."""
    refused = AuthRefused("a", "listing tasks", "401")
    said = []
    for source in (EnvToken("CGC_TOKEN"), FileToken(Path("/t"))):
        account = handle(Account("a", "qarnot", "https://h", source), SystemClock())
        snapshot = replace(EMPTY, feeds={"a": Feed(error=refused)})
        (problem,) = problems_of(snapshot, {"a": account.origin}, {"a": account.renewal})
        said.append(problem.advice or "")
    assert said[0].startswith("quit, export CGC_TOKEN with a new token, and start again")
    assert ":login" not in said[0]
    assert ":login a reads it again" in said[1]


def test_u16_examples_use_whole_ids() -> None:
    """The program refused the short ones that every help showed."""
    for lines in EXAMPLES.values():
        for line in lines:
            for ref in re.findall(r"\b(?:cgc|lab|et):([0-9a-f-]+)", line):
                assert re.fullmatch(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", ref), line


@contextmanager
def _seen(*rows: object) -> Iterator[None]:
    """The interface has shown these."""
    with Cache(paths.cache_dir() / "tasks.db") as cache:
        cache.save("cgc", rows)  # type: ignore[arg-type]
    yield


def test_u16_the_beginning_of_a_known_id_is_enough(world: World) -> None:
    """In any case, with the account or without; of several it says which, and what nobody knows goes as it is."""
    refs = [row["ref"] for row in world.rows("@cgc")]
    ref = refs[0]
    id_ = ref.removeprefix("cgc:")
    known = [replace(task("cgc:x"), ref=TaskRef("cgc", r.removeprefix("cgc:"))) for r in refs]
    with _seen(*known):
        for typed in (f"cgc:{id_[:8]}", f"cgc:{id_[:8].upper()}", id_[:8], id_):
            assert world("show", typed, "-o", "json").json["ref"] == ref
    with _seen(replace(known[0], ref=TaskRef("cgc", id_[:8] + "-another"))):
        run = world("show", f"cgc:{id_[:8]}")
        assert run.code == 2
        assert "the beginning of several ids" in run.err
    assert world("show", "cgc:0123456789").code == 5


@pytest.mark.parametrize("platform", ["sevenbridges", "qarnot", "et-engine"])
def test_u16_what_is_no_whole_id_and_not_known_says_how_to_find_it(home: Path, platform: str) -> None:
    """In our words on every platform, whose own speak of UUIDs; a whole id that is not there is told in theirs."""
    world = World(home, platform=platform, tasks=10)
    account = world.accounts[0]["name"]
    for command in ("show", "children", "jobs", "logs", "wait", "diff"):
        for id_ in ("3f2a77", str(uuid4())):
            run = world(command, f"{account}:{id_}", *([f"{account}:{id_}"] if command == "diff" else ()))
            assert run.code == 5
            said = f"there is no task {id_}; if that is the beginning of an id, `taskdeck tasks id:{id_}`"
            assert (said in run.err) is (len(id_) < 32), run.err
            assert len(id_) > 32 or "UUID" not in run.err


def test_u16_an_aborts_plan_says_what_runs_and_waits_inside() -> None:
    counts = Tally(queued=412, starting=20, running=3_100, done=6_000, failed=468)
    batch = replace(task("et:b"), status=TaskStatus.RUNNING, counts=counts)
    plan = Plan(verb=Verb.ABORT, targets=(batch, task("et:t")))
    assert "Inside, 3,120 run and 412 wait: they stop with it." in plan.sentences
    assert not any("Inside" in said for said in Plan(verb=Verb.ABORT, targets=(task("et:t"),)).sentences)


def test_u16_the_dry_run_of_a_batch_says_it(world: World) -> None:
    row = next(r for r in world.rows("kind:batch open") if r["counts"]["running"])
    run = world("abort", row["ref"], "--dry-run")
    assert re.search(r"Inside, [\d,]+ runs?", run.err)


def test_u16_the_sandbox_writes_a_configuration_that_works(home: Path) -> None:
    """Before its line is printed, so that nothing races; mode 0600; another's file is left alone."""
    config = home / "sandbox.toml"
    command = [sys.executable, "-m", "tui", "sandbox", "--config", str(config), "--tasks", "30"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=dict(os.environ)) as served:
        assert served.stdout is not None
        accounts = json.loads(served.stdout.readline())["accounts"]
        try:
            assert stat.S_IMODE(config.stat().st_mode) == 0o600
            assert list(tomllib.loads(config.read_text())["accounts"]) == [account["name"] for account in accounts]
            listed = subprocess.run(
                [sys.executable, "-m", "tui", "--config", str(config), "tasks", "-o", "json"],
                capture_output=True, text=True, check=True,
            )  # fmt: skip
            assert json.loads(listed.stdout)
        finally:
            served.terminate()
    own = home / "own.toml"
    own.write_text("# mine\n")
    refused = subprocess.run([*command[:5], str(own)], capture_output=True, text=True, check=False)
    assert refused.returncode == 2
    assert own.read_text() == "# mine\n"


def test_u16_help_of_a_topic_prints_it(world: World) -> None:
    run = world("help", "filter")
    assert run.code == 0
    assert "`status:failed,aborted`" in run.out

"""Actions whose reader goes away, or whose user does, while they are under way."""

import asyncio
import io
import json
import os
import signal
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from typing import Any

import pytest

from tests.cli.test_act import RUNNING, words
from tests.support.clocks import WorldTime
from tests.support.commands import World
from tui.cli.main import main
from tui.platforms.http import asgi_transport
from tui.settings import paths
from tui.store.actions.journal import Journal


@pytest.mark.parametrize(("error", "code"), [(BrokenPipeError(32, "Broken pipe"), 0), (OSError(28, "No space"), 2)])
def test_a_reader_that_has_gone_ends_no_action(world: World, error: OSError, code: int) -> None:
    """All targets are carried out, though `| head -1` or a full disk took but the first line, or none."""

    class Gone(io.StringIO):
        def write(self, text: str) -> int:
            raise error

    refs = [row["ref"] for row in world.rows(RUNNING, "!batch:any")][:3]
    with redirect_stdout(Gone()), redirect_stderr(io.StringIO()):
        assert world.call(["abort", *refs, "--yes"]) == code
    assert words(world) == ["abort"] * 3


@pytest.mark.parametrize("form", [(), ("-o", "json")])
def test_ctrl_c_in_the_middle_tells_what_was_begun(world: World, form: Sequence[str]) -> None:
    """Four on their way may have happened, the rest was not tried; all are named: status 130."""
    refs = [row["ref"] for row in world.rows(RUNNING, "!batch:any")][:6]
    under_way = []

    async def stalling(scope: Any, receive: Any, send: Any) -> None:
        if not scope["path"].endswith("/actions/abort"):
            await world.sandbox.app(scope, receive, send)
            return
        under_way.append(scope["path"])
        if len(under_way) == 4:
            os.kill(os.getpid(), signal.SIGINT)
        await asyncio.Event().wait()

    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = main(
            ["--config", str(world.config), "abort", *refs, "--yes", *form],
            transport=asgi_transport(stalling),
            clock=WorldTime(world.clock),
        )
    if form:
        found = [(row["ref"], row["outcome"]) for row in json.loads(out.getvalue())]
    else:
        found = [(ref, outcome) for ref, outcome in map(str.split, out.getvalue().splitlines())]
    assert code == 130
    assert found == list(zip(refs, ["unknown"] * 4 + ["not_tried"] * 2, strict=True))
    assert "2 of 6 not tried" in err.getvalue()
    entries = Journal(paths.data_dir() / "journal").unknown()
    assert {str(entry.ref) for entry in entries} == set(refs[:4])

"""Copying, saving and opening by keys."""

import asyncio
import csv
import io
import json
from pathlib import Path

import pytest

from tests.support.app import START, table
from tests.support.memory_deck import REF, make_task
from tui.cli.output import write_rows
from tui.domain.errors import UsageError
from tui.domain.export import DATA, check_fields
from tui.domain.record import task_record
from tui.domain.task import TaskRef
from tui.ui.console.copy_save import browser
from tui.ui.console.handlers import run_command
from tui.ui.present.copying import WORDS, Api, copies, safe_address
from tui.ui.present.rows import file_text, style_of
from tui.ui.screens.address import AddressScreen
from tui.ui.screens.choose import ChooseScreen
from tui.ui.screens.copy_menu import CopyMenu

APIS = {"cav": Api("sevenbridges", "https://cavatica-api.sbgenomics.com/v2")}


async def test_y_offers_every_kind_of_copy_and_a_letter_takes_one() -> None:
    async with table(tasks=30) as at:
        await at.press("y")
        assert isinstance(at.app.screen, CopyMenu)
        for said in ("id", "reference", "web address", "JSON", "row as TSV", "taskdeck show", "$TOKEN", "Python"):
            assert said in at.shown
        here = at.list.here
        await at.press("r")
        assert at.app.clipboard == str(here.ref)
        await at.until(lambda: "copied" in at.shown, "how it went")
        assert "OSC 52" in at.shown


async def test_c_copies_the_ids_of_the_marked_and_capital_y_the_shown_rows() -> None:
    async with table(tasks=30) as at:
        await at.press("space", "space", "c")
        marked = [at.list.listing.tasks[key].ref.id for key in at.list.listing.rows[:2]]
        assert sorted(at.app.clipboard.split("\n")) == sorted(marked)
        await at.press("U", "Y")
        heads, *rows = [line.split("\t") for line in at.app.clipboard.split("\n")]
        assert heads[0] == "ref"
        assert [row[0] for row in rows] == at.list.listing.rows
        assert {len(row) for row in rows} == {len(heads)}


async def test_the_command_copies_by_name_and_names_what_there_is() -> None:
    async with table(tasks=30) as at:
        here = at.list.here
        await at.press("colon")
        await at.type("copy json")
        await at.press("enter")
        assert json.loads(at.app.clipboard)["ref"] == str(here.ref)
        await at.press("colon")
        await at.type("copy moon")
        await at.press("enter")
        assert "moon cannot be copied; there are id, ref, url" in at.shown


async def test_rows_are_saved_privately_and_no_file_is_replaced_unasked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with table(tasks=30) as at:
        await at.press("W", "enter")
        path = tmp_path / "tasks.csv"
        await at.until(lambda: f"rows in {path}"[:40] in at.shown, "what was saved")
        assert path.stat().st_mode & 0o777 == 0o600
        rows = list(csv.DictReader(io.StringIO(path.read_text())))
        assert [row["ref"] for row in rows] == at.list.listing.rows
        path.write_text("mine")
        await at.press("W", "enter")
        assert isinstance(at.app.screen, ChooseScreen)
        await at.press("enter")
        assert path.read_text() == "mine"
        await at.press("W", "enter", "down", "enter")
        await at.until(lambda: path.read_text() != "mine", "the new rows")
        assert [found.name for found in await asyncio.to_thread(lambda: list(tmp_path.iterdir()))] == ["tasks.csv"]


@pytest.mark.parametrize("options", ["--format json", "--format tsv --fields ref,price.amount", "--format text"])
async def test_save_takes_a_format_and_fields(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: str) -> None:
    monkeypatch.chdir(tmp_path)
    async with table(tasks=30) as at:
        run_command(at.app, f"save out {options}")
        path = tmp_path / "out"
        await at.until(path.exists, "the file")
        text = path.read_text()
        refs = [row["ref"] for row in json.loads(text)] if "json" in options else []
        refs = refs or [line.split()[0] for line in text.splitlines() if not line.startswith("ref ")]
        assert refs == at.list.listing.rows
        assert ("steps" in text.splitlines()[0]) == ("text" in options)
        run_command(at.app, "save other.txt --fields ref")
        assert "text has the shown columns" in at.shown


@pytest.mark.parametrize("style", DATA)
@pytest.mark.parametrize("fields", [None, "name,status,duration,progress.percent,price,tags"])
def test_a_saved_file_is_what_the_command_prints(style: str, fields: str | None) -> None:
    odd = make_task(TaskRef("et", "b"), name='a "quoted", name\twith\nlines 日本', project=None, tags=("x",))
    rows = [make_task(), odd]
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="")
    write_rows((task_record(row, START) for row in rows), style, check_fields(fields), out)
    out.flush()
    assert file_text(style, rows, check_fields(fields), START).encode() == out.buffer.getvalue()


async def test_a_file_that_cannot_be_written_or_named_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("")
    async with table(tasks=30) as at:
        for typed, said in (("save rows.xls", "end it with .csv"), ("save file/rows.csv", "cannot be written")):
            await at.press("colon")
            await at.type(typed)
            await at.press("enter")
            await at.until(lambda said=said: said in at.shown, said)  # type: ignore[misc]


async def test_r16_an_address_is_looked_at_in_full_before_it_is_copied() -> None:
    async with table(tasks=30, web_url="https://cgc.sbgenomics.com") as at:
        await at.press("o")
        assert isinstance(at.app.screen, AddressScreen)
        assert "host cgc.sbgenomics.com" in at.shown
        assert "no browser here" in at.shown
        await at.press("enter")
        assert at.app.clipboard == at.list.here.url
    async with table(tasks=30) as at:
        await at.press("o")
        assert "no web page" in at.shown


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "javascript:alert(1)", "ssh://x", "HTTPS", "https://x/\x1b[31m", "https://x y", None]
)
def test_r16_only_http_addresses_are_opened(url: str | None) -> None:
    assert safe_address(url) is None
    assert safe_address("https://cgc.sbgenomics.com/u/a/b/tasks/1/") is not None


def test_no_browser_is_started_over_ssh_or_without_a_screen() -> None:
    assert browser({}) is None
    assert browser({"SSH_TTY": "/dev/pts/0", "DISPLAY": ":10"}) is None


def test_r8_a_copied_call_names_the_tokens_variable_and_quotes_what_is_foreign() -> None:
    hostile = make_task(TaskRef("cav", "a'; rm -rf ~ #"))
    texts = {copy.word: copy.text for copy in copies([hostile], "", APIS, START)}
    assert texts["curl"] == (
        'curl -sS -H "X-SBG-Auth-Token: $TOKEN" '
        "'https://cavatica-api.sbgenomics.com/v2/tasks/a%27%3B%20rm%20-rf%20~%20%23'"
    )
    assert texts["cmd"] == """taskdeck show 'cav:a'"'"'; rm -rf ~ #'"""
    assert tuple(texts) == WORDS


@pytest.mark.parametrize(
    ("platform", "ref", "path"),
    [
        ("qarnot", TaskRef("cav", "job.11"), "/jobs/11"),
        ("qarnot", TaskRef("cav", "22", "3"), "/tasks/22"),
        ("et-engine", TaskRef("cav", "b-1", "j2"), "/batches/b-1/jobs/j2"),
        ("sevenbridges", REF, f"/tasks/{REF.id}"),
    ],
)
def test_the_call_goes_where_the_platform_answers(platform: str, ref: TaskRef, path: str) -> None:
    made = copies([make_task(ref, platform=platform)], "", {"cav": Api(platform, "https://h/v1")}, START)
    curl = next(copy.text for copy in made if copy.word == "curl")
    assert curl.endswith(f"https://h/v1{path}")
    compile(next(copy.text for copy in made if copy.word == "python"), "copied", "exec")


def test_the_ending_says_the_format() -> None:
    assert [style_of(Path(f"a.{end}")) for end in ("csv", "TSV", "json", "jsonl", "txt")] == [
        "csv", "tsv", "json", "ndjson", "text",
    ]  # fmt: skip
    with pytest.raises(UsageError, match="--format is one of"):
        style_of(Path("a.csv"), "xml")


async def test_u14_a_saved_file_has_every_shown_column(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that are there by default, one that was added, and one that is computed; in every format."""
    monkeypatch.chdir(tmp_path)
    async with table(tasks=30) as at:
        at.list.columns("+user")
        at.list.compute("wait = started - created")
        task = next(t for t in at.list.listing.tasks.values() if t.started and t.created and t.price)
        for name in ("a.csv", "a.tsv", "a.json", "a.ndjson", "a.txt"):
            run_command(at.app, f"save {name}")
            await at.until((tmp_path / name).exists, name)
        rows = csv.DictReader(io.StringIO((tmp_path / "a.csv").read_text()))
        row = next(row for row in rows if row["ref"] == str(task.ref))
        waited = f"{(task.started - task.created).total_seconds():g}"
        assert (row["wait"], row["user"], row["account"]) == (waited, task.created_by, task.ref.account)
        assert row["cost"] == str(task.price)
        assert {"steps", "queued", "updated", "created", "duration"} <= row.keys()
        assert f"\t{waited}\n" in (tmp_path / "a.tsv").read_text()
        whole = json.loads((tmp_path / "a.json").read_text())
        assert next(o for o in whole if o["ref"] == str(task.ref))["columns"] == {
            "user": task.created_by,
            "wait": waited,
        }
        assert '"columns": {"user"' in (tmp_path / "a.ndjson").read_text()
        assert "wait" in (tmp_path / "a.txt").read_text().splitlines()[0]

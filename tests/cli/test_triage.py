"""`triage`: what failed, grouped by reason, with as few logs read as tell it."""

import json
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.support.clocks import HeldClock
from tests.support.command_deck import NOW, FakeDeck, task
from tui.cli.main import main
from tui.domain.account import Budget
from tui.domain.errors import NotFound, PlatformDown
from tui.domain.log import LogIndex, LogPart, LogSource, Stream
from tui.domain.money import Money
from tui.domain.status import TaskStatus
from tui.domain.task import Job, Kind, Tally, Task, TaskRef
from tui.platforms.protocols import Page
from tui.store.good_logs import good_logs

Triage = Callable[..., tuple[int, Any, str]]


class LoggedDeck(FakeDeck):
    """Every task has a log of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: dict[str, str] = {}
        self.budget: Budget | None = None
        self.read: list[str] = []

    async def logs(self, ref: TaskRef) -> LogIndex:
        self.read.append(str(ref))
        if str(ref) not in self.texts:
            raise NotFound(ref.account, "reading logs", "there is none")
        return LogIndex((LogSource(ref, "out", Stream.STDOUT, "o"), LogSource(ref, "err", Stream.STDERR, "e")))

    async def read_log(self, source: LogSource, start: int, limit: int) -> LogPart:
        assert (source.stream, start) == (Stream.STDERR, -limit)
        data = self.texts[str(source.ref)].encode()
        return LogPart(data, 0, len(data))


@pytest.fixture
def deck() -> LoggedDeck:
    return LoggedDeck()


@pytest.fixture
def triage(deck: LoggedDeck, home: Path, capsys: pytest.CaptureFixture[str]) -> Triage:
    (home / "config/taskdeck").mkdir(parents=True)
    config = "".join(f'[accounts.{name}]\nplatform = "qarnot"\ntoken = {{ env = "T" }}\n' for name in "ab")
    (home / "config/taskdeck/config.toml").write_text(config)

    def call(*words: str) -> tuple[int, Any, str]:
        code = main(["triage", *words], make_deck=deck, clock=HeldClock())
        out, err = capsys.readouterr()
        return code, json.loads(out) if "json" in words else out, err

    return call


def failure(ref: str, reason: str = "Task failed: job bwa exited with code 1", **fields: Any) -> Task:
    known: dict[str, Any] = {"ended": NOW - timedelta(minutes=5), "native_status": "Failure"}
    return task(ref, status=TaskStatus.FAILED, reason=reason, **known | fields)


def test_the_document_is_the_documented_one(deck: LoggedDeck, triage: Triage) -> None:
    """Keys, order, classes, money and times as `product.md` has them."""
    price = Money("USD", Decimal("0.50"))
    bad = [
        failure(f"a:{n}", f"OOM: killed at 15.{n}G", price=price, instance="small", ended=NOW - timedelta(hours=n))
        for n in range(1, 7)
    ]
    good = [task(f"a:{n}", status=TaskStatus.DONE, instance="large") for n in range(10, 60)]
    deck.pages = {"a": [Page((*bad, *good)), Page((failure("a:99", "mesh.vtk missing", ended=None),))]}
    code, document, err = triage("-o", "json")
    assert (code, err) == (0, "")
    assert document == {
        "groups": [
            {
                "signature": "OOM: killed at <n>G",
                "class": "memory",
                "count": 6,
                "first": "2026-11-24T10:00:00Z",
                "last": "2026-11-24T15:00:00Z",
                "cost_lost": {"amount": "3.00", "currency": "USD"},
                "common": [
                    {
                        "field": "instance", "value": "small",
                        "failed": 6, "of_failed": 6, "succeeded": 0, "of_succeeded": 50,
                    }
                ],
                "line_number": None, "role": "cause", "explained": True, "source": "reason",
                "samples": ["a:1", "a:4", "a:6"],
                "refs": [f"a:{n}" for n in range(1, 7)],
            },
            {
                "signature": "mesh.vtk missing", "class": "input", "count": 1, "first": None, "last": None,
                "cost_lost": None, "common": [], "samples": ["a:99"], "refs": ["a:99"],
                "line_number": None, "role": "cause", "explained": True, "source": "reason",
            },
        ],
        "total_failed": 7,
    }  # fmt: skip
    assert deck.read == [], "the reasons explain, so no log is read"


def test_a_batch_is_told_by_its_children(deck: LoggedDeck, triage: Triage) -> None:
    """Three logs of forty name the group; the text is dense and names the next command."""
    deck.looks = {"a:b": [task("a:b", kind=Kind.BATCH)]}
    deck.pages = {"a:b": [Page(tuple(failure(f"a:{n}") for n in range(40)))]}
    deck.texts = {f"a:{n}": f"loading\nTraceback (most recent call last):\nKeyError: 'S{n}'\n" for n in range(40)}
    code, text, err = triage("a:b")
    assert (code, err) == (0, "")
    assert text.splitlines() == [
        " N  FIRST  LAST  EXIT  CLASS  COST LOST  SIGNATURE",
        "40     5m    5m     1  input          -  KeyError: 'S<n>'",
        f"    fix the input, then rerun; taskdeck logs {deck.read[0]} --stderr",
        "40 failed for 1 reason; nothing succeeded to compare with",
    ]
    assert len(deck.read) == 3


def test_samples_that_disagree_are_followed_by_the_other_logs(deck: LoggedDeck, triage: Triage) -> None:
    """A mixed group is read on and falls into its reasons; each log is read once."""
    deck.pages = {"a": [Page(tuple(failure(f"a:{n}") for n in range(30)))]}
    deck.texts = {f"a:{n}": "No space left on device" if n < 10 else "KeyError: 'x'" for n in range(30)}
    _, document, err = triage("-o", "json")
    assert [(g["signature"], g["count"]) for g in document["groups"]] == [
        ("KeyError: 'x'", 20), ("No space left on device", 10),
    ]  # fmt: skip
    assert (err, len(deck.read), len(set(deck.read))) == ("", 30, 30)


def test_logs_are_read_within_the_budget(deck: LoggedDeck, triage: Triage) -> None:
    """With a quarter of the requests left no log is read, which is said; the groups stand by their fields."""
    deck.pages = {"a": [Page(tuple(failure(f"a:{n}") for n in range(30)))]}
    deck.budget = Budget(1000, 250, None)
    code, document, err = triage("-o", "json")
    assert (code, deck.read) == (0, [])
    assert [(g["signature"], g["count"]) for g in document["groups"]] == [
        ("Task failed: job bwa exited with code 1", 30)
    ]
    assert "250 of 1000 requests are left" in err


def test_only_what_matches_and_from_accounts_that_answer(deck: LoggedDeck, triage: Triage) -> None:
    """`--filter` chooses the failed; an account that is down gives no rows, and its exit code."""
    deck.pages = {
        "a": [Page((failure("a:1", "mesh.vtk missing", project="p"), failure("a:2", "disk is full", project="q")))],
        "b": [PlatformDown("b", "listing tasks", "503")],
    }
    code, document, err = triage("--filter", "project:p", "-o", "json")
    assert (code, document["total_failed"]) == (6, 1)
    assert document["groups"][0]["refs"] == ["a:1"]
    assert "503" in err


def test_what_could_not_be_read_did_not_go_well(deck: LoggedDeck, triage: Triage) -> None:
    """A batch whose children cannot be listed is not said to have no failures: stdout stays empty."""
    deck.looks = {"a:b": [task("a:b", kind=Kind.BATCH)]}
    deck.pages = {"a:b": [PlatformDown("a", "listing tasks", "503")]}
    code, text, err = triage("a:b")
    assert (code, text) == (6, "")
    assert "503" in err


def test_one_task_and_none(deck: LoggedDeck, triage: Triage) -> None:
    """A plain task is a group of one; one that did not fail is none."""
    deck.looks = {"a:1": [failure("a:1")], "a:2": [task("a:2")]}
    deck.texts = {"a:1": "samtools view: failed to open x.bam: No such file or directory"}
    assert triage("a:1", "-o", "json")[1]["groups"][0]["class"] == "input"
    assert triage("a:2", "-o", "json")[1] == {"groups": [], "total_failed": 0}
    assert triage("a:2")[1] == "nothing failed\n"
    assert triage("nowhere:2")[0] == 2
    assert triage("a:none")[0] == 5


def test_a_batch_that_failed_by_its_children_sends_there(deck: LoggedDeck, triage: Triage) -> None:
    """Its own price is not lost, and the next command is its triage."""
    parent = failure("a:b", "", kind=Kind.BATCH, counts=Tally(failed=2, done=9), price=Money("USD", Decimal(9)))
    deck.pages = {"a": [Page((parent,))]}
    _, text, _ = triage("--account", "a")
    assert "(children failed)" in text
    assert "9.00" not in text
    assert "taskdeck triage a:b" in text


def test_hosts_are_asked_for_and_their_share_is_told(deck: LoggedDeck, triage: Triage) -> None:
    """A call a task: those of the failed and of the successful, with both counts of what is known."""
    bad = [failure(f"a:{n}", "lost contact with the machine") for n in range(8)]
    good = [task(f"a:{n}", status=TaskStatus.DONE) for n in range(20, 80)]
    deck.pages = {"a": [Page((*bad, *good))]}
    deck.inside = {f"a:{n}": (_job(f"a:{n}/step", "w3" if n < 8 else f"w{n}"),) for n in (*range(6), *range(20, 70))}
    assert triage("-o", "json")[1]["groups"][0]["common"] == []
    (common,) = triage("--hosts", "-o", "json")[1]["groups"][0]["common"]
    assert common == {
        "field": "host", "value": "w3", "failed": 6, "of_failed": 6, "succeeded": 0, "of_succeeded": 50,
    }  # fmt: skip
    assert "all 6 on host w3 (0 of 50 that succeeded)" in triage("--hosts")[1]


def _job(ref: str, host: str) -> Job:
    return Job(
        ref=TaskRef.parse(ref), platform="qarnot", name="step", status=TaskStatus.DONE, native_status="", fetched=NOW,
        host=host,
    )  # fmt: skip


def test_the_list_is_filtered_by_signature_and_class(
    deck: LoggedDeck, triage: Triage, capsys: pytest.CaptureFixture[str]
) -> None:
    """`class:memory` and `sig:oom` work wherever a filter does."""
    deck.pages = {"a": [Page((failure("a:1", "OOM: killed at 3G"), failure("a:2", "disk is full"), task("a:3")))]}
    for words in (["class:memory"], ["sig:oom"]):
        assert main(["tasks", *words, "--fields", "ref"], make_deck=deck, clock=HeldClock()) == 0
        assert capsys.readouterr().out == "a:1\n"


def test_a_filter_knows_the_rules_beside_the_configuration_named(
    deck: LoggedDeck, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`class:` goes by the same rules as triage: those beside the file that `--config` names."""
    config = home / "elsewhere.toml"
    config.write_text('[accounts.a]\nplatform = "qarnot"\ntoken = { env = "T" }\n')
    (home / "rules.toml").write_text('[[rule]]\nclass = "user"\nsays = ["sheet"]\n')
    deck.pages = {"a": [Page((failure("a:1", "sheet 7 is empty"), failure("a:2", "disk is full")))]}
    words = ["--config", str(config), "tasks", "class:user", "--fields", "ref"]
    assert main(words, make_deck=deck, clock=HeldClock()) == 0
    assert capsys.readouterr().out == "a:1\n"


def test_w12_a_line_that_a_successful_log_has_too_explains_nothing(deck: LoggedDeck, triage: Triage) -> None:
    """Where such a log was read, nothing more is asked for."""
    odd = "ERROR: libturbo 1.7 cannot be loaded, plain loops are taken\n"
    deck.pages = {"a": [Page(tuple(failure(f"a:{n}") for n in range(3)))]}
    deck.texts = {f"a:{n}": f"{odd}ERROR: lane {n} of the sheet has no barcode\n" for n in range(3)}
    good_logs(deck).keep("a", "good", f"{odd}all lanes done\n".encode())
    _, document, _ = triage("-o", "json")
    assert [group["signature"] for group in document["groups"]] == ["lane <n> of the sheet has no barcode"]
    assert len(deck.read) == 3

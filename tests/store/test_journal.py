"""Every action is noted before it leaves and when it ended (R34)."""

import json
import os
import signal
import stat
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from tests.domain.samples import NOW
from tui.domain.action import Outcome, Verb
from tui.domain.task import TaskRef
from tui.store.actions import journal as journals
from tui.store.actions.journal import Journal, new_intent, this_host

REF = TaskRef("cgc", "t1")


def test_r34_a_line_before_and_a_line_after(tmp_path: Path) -> None:
    """Fresh id, time, account, verb and target; then the outcome. The file is ours alone."""
    path = tmp_path / "deep" / "journal"
    journal, intent = Journal(path), new_intent()
    assert journal.failure is None
    assert not path.exists()
    journal.begin(intent, NOW, Verb.RERUN, REF)
    (entry,) = journal.unknown()
    assert (entry.intent, entry.at, entry.verb, entry.ref, entry.outcome) == (intent, NOW, Verb.RERUN, REF, None)
    journal.end(intent, NOW, Outcome.DONE, TaskRef("cgc", "t2"), "made")
    (entry,) = journal.entries()
    assert (entry.outcome, entry.new, entry.message) == (Outcome.DONE, TaskRef("cgc", "t2"), "made")
    assert journal.unknown() == ()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_deleted_is_only_what_we_deleted(tmp_path: Path) -> None:
    """By delete or forget, with the outcome done."""
    journal = Journal(tmp_path / "journal")
    for verb, outcome, id_ in [(Verb.DELETE, Outcome.DONE, "a"), (Verb.DELETE, Outcome.REFUSED, "b"),
                               (Verb.ABORT, Outcome.DONE, "c"), (Verb.FORGET, Outcome.DONE, "d")]:  # fmt: skip
        intent = new_intent()
        journal.begin(intent, NOW, verb, TaskRef("cgc", id_))
        journal.end(intent, NOW, outcome, None, None)
    assert [journal.deleted(TaskRef("cgc", id_)) for id_ in "abcd"] == [True, False, False, True]


def test_what_was_deleted_since_is_known(tmp_path: Path) -> None:
    """By ourselves or by another program; the file is not read again for every question."""
    journal, other = Journal(tmp_path / "journal"), Journal(tmp_path / "journal")
    assert not journal.deleted(REF)
    other.begin("i", NOW, Verb.DELETE, REF)
    assert not journal.deleted(REF)
    other.end("i", NOW, Outcome.DONE, None, None)
    assert journal.deleted(REF)
    (tmp_path / "journal").replace(tmp_path / "journal.1")
    journal.begin("j", NOW, Verb.DELETE, TaskRef("cgc", "t2"))
    journal.end("j", NOW, Outcome.DONE, None, None)
    assert journal.deleted(REF)
    assert journal.deleted(TaskRef("cgc", "t2"))


@pytest.mark.parametrize("torn", [b'{"intent": "x", "at', b"\xff\xfe\x00", b"[" * 100_000, b'"text"\n', b"null"])
def test_a_torn_line_costs_only_itself(tmp_path: Path, torn: bytes) -> None:
    """Neither the line before nor the one after."""
    path = tmp_path / "journal"
    journal = Journal(path)
    journal.begin(new_intent(), NOW, Verb.RUN, REF)
    with path.open("ab") as file:
        file.write(torn)
    journal.begin(new_intent(), NOW, Verb.ABORT, REF)
    assert [e.verb for e in journal.entries()] == [Verb.RUN, Verb.ABORT]


def test_r34_that_nothing_can_be_noted_is_known_before_the_first_action(tmp_path: Path) -> None:
    """No place, no right to write, no regular file, which is not read either: a FIFO would hold us for ever."""
    assert Journal(None).failure == "no place to write a journal"
    assert Journal(None, why_none="this is a demo").failure == "this is a demo"
    file = tmp_path / "file"
    file.touch()
    assert "cannot be written" in (Journal(file / "journal").failure or "")
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    journal = Journal(fifo)
    journal.begin(new_intent(), NOW, Verb.RUN, REF)
    assert "cannot be written" in (journal.failure or "")
    assert [e.verb for e in journal.entries()] == [Verb.RUN]


def test_r47_a_full_disk_is_said_and_later_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The failure stands while it lasts; what could not be written is known for as long as the program runs."""
    path = tmp_path / "journal"
    journal = Journal(path)
    with monkeypatch.context() as full:
        full.setattr(os, "write", lambda handle, data: 3)
        journal.begin("held", NOW, Verb.DELETE, REF)
        assert journal.failure == "the journal cannot be written: the disk is full"
        assert not journal.deleted(REF)
        journal.end("held", NOW, Outcome.DONE, None, None)
        assert journal.deleted(REF)
    journal.begin("written", NOW, Verb.RUN, REF)
    assert journal.failure is None
    assert {e.intent for e in journal.entries()} == {"held", "written"}
    assert {e.intent for e in Journal(path).entries()} == {"written"}


def test_a_large_journal_is_turned_over_and_still_read(tmp_path: Path) -> None:
    """What was unknown before stays known to be unknown; a file others could read is closed to them."""
    path = tmp_path / "journal"
    journal = Journal(path)
    journal.begin("first", NOW, Verb.RUN, REF)
    path.chmod(0o644)
    with path.open("a") as file:
        file.write(("x" * 1_023 + "\n") * 4_200)
    journal.begin("second", NOW, Verb.RUN, REF)
    assert [e.intent for e in journal.entries()] == ["first", "second"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


KILLED = """
import os, signal, sys
from datetime import datetime, UTC
from pathlib import Path
from tui.domain.action import Outcome, Verb
from tui.domain.task import TaskRef
from tui.store.actions.journal import Journal
step, journal = int(sys.argv[2]), Journal(Path(sys.argv[1]))
def die(at):
    if step == at:
        os.kill(os.getpid(), signal.SIGKILL)
die(0)
journal.begin("i", datetime.now(UTC), Verb.RUN, TaskRef("cgc", "t1"))
die(1)
print("sent", flush=True)
die(2)
journal.end("i", datetime.now(UTC), Outcome.DONE, None, None)
die(3)
"""


@pytest.mark.parametrize(("step", "known"), [(0, []), (1, [None]), (2, [None]), (3, [Outcome.DONE])])
def test_r34_kill_at_each_step(tmp_path: Path, step: int, known: list[Outcome | None]) -> None:
    """Nothing is sent that is not noted; what was cut off is unknown, never done."""
    path = tmp_path / "journal"
    done = subprocess.run([sys.executable, "-c", KILLED, path, str(step)], capture_output=True, check=False)
    assert done.returncode == -signal.SIGKILL
    outcomes = [e.outcome for e in Journal(path).entries()]
    assert outcomes == known
    if b"sent" in done.stdout:
        assert outcomes


def test_r51_two_processes_write_whole_lines(tmp_path: Path) -> None:
    """Two hundred lines of two writers are two hundred objects."""
    path = tmp_path / "journal"
    program = (
        "import sys; from pathlib import Path; from datetime import datetime, UTC\n"
        "from tui.store.actions.journal import Journal, new_intent, this_host; from tui.domain.action import Verb\n"
        "from tui.domain.task import TaskRef\n"
        "j = Journal(Path(sys.argv[1]))\n"
        "for n in range(100): j.begin(new_intent(), datetime.now(UTC), Verb.RUN, TaskRef('cgc', str(n)))\n"
    )
    writers = [subprocess.Popen([sys.executable, "-c", program, path]) for _ in range(2)]
    assert [w.wait() for w in writers] == [0, 0]
    lines = path.read_bytes().split(b"\n")
    assert len([json.loads(line) for line in lines if line]) == 200


def test_a_line_counts_as_written_only_when_it_can_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who reads the journal anew because `written` grew must find the line, or he would not look again."""
    journal, kept, counted = Journal(tmp_path / "journal"), journals._append_line, []

    def append(path: Path, line: bytes) -> None:
        counted.append(journal.written)
        kept(path, line)

    monkeypatch.setattr(journals, "_append_line", append)
    journal.begin("i", NOW, Verb.RERUN, REF)
    assert counted == [0]
    assert journal.written == 1
    assert [entry.intent for entry in journal.entries()] == ["i"]


def test_t11_of_two_programs_the_second_finds_the_first(tmp_path: Path) -> None:
    """Two instances on one journal: who was noted later finds the other, as long as it is under way and alive."""
    path, ref, other = tmp_path / "journal", TaskRef("cgc", "t1"), TaskRef("cgc", "t2")
    begun = {"intent": "first", "at": NOW.isoformat(), "verb": "rerun", "ref": str(ref)}
    path.write_text(json.dumps(begun | {"by": f"{this_host()} {os.getppid()}"}) + "\n")
    two = Journal(path)
    two.begin("second", NOW, Verb.RERUN, ref)
    found = two.rival("second", ref, NOW)
    assert found is not None
    assert (found.intent, found.verb) == ("first", Verb.RERUN)
    assert Journal(path).rival("first", ref, NOW) is None
    two.begin("third", NOW, Verb.ABORT, other)
    assert two.rival("third", other, NOW) is None
    assert two.rival("second", ref, NOW + timedelta(minutes=11)) is None
    Journal(path).end("first", NOW, Outcome.DONE, None, None)
    assert two.rival("second", ref, NOW) is None

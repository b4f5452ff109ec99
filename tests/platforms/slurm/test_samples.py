"""What four versions really answered is read: states, exit codes, reasons, ranges, log paths, acts."""

import re
from datetime import datetime
from pathlib import Path

import pytest

from tests.support.servers import NOW
from tui.domain.status import TaskStatus
from tui.domain.text import plain
from tui.platforms.shell import Finished
from tui.platforms.slurm.commands import judge
from tui.platforms.slurm.convert import Array, array_task, task_of
from tui.platforms.slurm.exits import Exit
from tui.platforms.slurm.indexes import Indexes
from tui.platforms.slurm.paths import log_paths
from tui.platforms.slurm.wire import RS, US, Record, pairs, queue_records

SAMPLES = Path(__file__).parents[2] / "samples" / "slurm"
VERSIONS = ("20.11", "22.05", "24.11", "26.05")
FIELDS = (
    "JobArrayID", "JobID", "ArrayJobID", "ArrayTaskID", "State", "Reason", "UserName", "Partition", "SubmitTime",
    "StartTime", "EndTime", "TimeUsed", "TimeLimit", "TimeLeft", "NumCPUs", "MinMemory", "NodeList", "exit_code",
    "RestartCnt", "StdOut", "StdErr", "WorkDir", "Dependency", "tres-alloc", "QOS", "Account", "PriorityLong",
    "Comment", "Name",
)  # fmt: skip
"""The order in which the samples were recorded, with `|` between."""


def records(version: str) -> dict[str, Record]:
    """The recorded list by name, elements by `sweep INDEX`, with our separators where the recording had its own."""
    text = (SAMPLES / version / "squeue.O.txt").read_text()
    # Recorded without SLURM_TIME_FORMAT=%s, which the adapter always sets.
    text = re.sub(r"\d{4}-\d\d-\d\dT[\d:]{8}", lambda m: f"{datetime.fromisoformat(m[0] + 'Z').timestamp():.0f}", text)
    lines = text.splitlines()
    data = "".join(US.join(line.split("|", len(FIELDS) - 1)) + RS + "\n" for line in lines)
    found, unreadable = queue_records(data.encode(), FIELDS)
    assert unreadable == 0
    assert len(found) == len(lines)
    return {r.name if r.index is None else f"{r.name} {r.index}": r for r in found}


@pytest.mark.parametrize("version", VERSIONS)
def test_every_recorded_state_is_known_and_every_waiting_job_says_why(version: str) -> None:
    tasks = {id_: task_of("hpc", record, NOW) for id_, record in records(version).items()}
    assert all(task.status is not TaskStatus.UNKNOWN for task in tasks.values())
    waiting = [task for task in tasks.values() if task.status is TaskStatus.QUEUED]
    assert waiting
    assert all(task.reason and not task.reason.startswith("Slurm says") for task in waiting)
    assert "never start" in (tasks["dep_never"].reason or "")
    assert "Held by you" in (tasks["held"].reason or "")
    assert "closed" in (tasks["downpart"].reason or "")
    assert tasks["requeued"].attempt == 2, "it was requeued once"


@pytest.mark.parametrize("version", VERSIONS)
def test_exit_codes_and_signals_are_the_same_in_both_forms(version: str) -> None:
    """Raw wait status in old versions, `7:0` in new ones."""
    found = records(version)
    assert (found["sweep 3"].exit, found["sweep 5"].exit) == (Exit(7, 0), Exit(127, 0))
    assert task_of("hpc", found["sweep 7"], NOW).exit_code == 139
    assert "command not found" in (task_of("hpc", found["sweep 5"], NOW).reason or "")
    assert "SIGSEGV" in (task_of("hpc", found["sweep 7"], NOW).reason or "")
    assert found["fails"].exit == Exit(3, 0)


@pytest.mark.parametrize("version", VERSIONS)
def test_log_paths_are_those_that_slurm_itself_expands(version: str) -> None:
    """By `scontrol show job` of the array's last started element, which expands rightly on all versions."""
    told = pairs((SAMPLES / version / "scontrol.one.txt").read_text())
    stdout, stderr = log_paths(records(version)[f"sweep {told['ArrayTaskId']}"])
    assert (stdout, stderr) == (told["StdOut"], told["StdErr"])
    lone = records(version)["held"]
    single, merged = log_paths(lone)
    assert single == f"/home/user1/work/slurm-{lone.job_id}.out"
    assert merged is None


@pytest.mark.parametrize("version", VERSIONS)
def test_the_array_is_one_row_with_its_counts(version: str) -> None:
    array = Array(next(r.array_id for r in records(version).values() if r.array_id) or "")
    for record in records(version).values():
        if record.index is not None:
            array.elements[record.index] = record
    task = array_task("hpc", array, NOW)
    assert task.counts is not None
    assert (task.counts.failed, task.counts.total) == (3, 12)
    assert task.name == "sweep"


@pytest.mark.parametrize("version", VERSIONS)
def test_what_acts_answered_is_told_as_one_sentence(version: str) -> None:
    """Each refusal of the recording is an error of ours; exit 0 is none."""
    text = (SAMPLES / version / "acts.txt").read_text()
    refused = 0
    for part in text.split("\n$ ")[1:]:
        command, _, rest = part.partition("\n")
        words, arrow, code = rest.rpartition("  -> rc ")
        if not arrow or not command.startswith(("scontrol", "scancel")):
            continue
        error = judge("hpc", "acting", "here")(Finished(int(code.split()[0]), b"", words))
        assert (error is None) == code.startswith("0 ")
        if error is not None:
            refused += 1
            assert "\n" not in str(error)
            assert len(error.why) < 200
    assert refused >= 5


def test_hostile_names_stay_in_their_field() -> None:
    """Bars, line ends, escape sequences and commas in a name move no other field and reach no screen."""
    values = dict.fromkeys(FIELDS, "")
    values |= {"JobArrayID": "5", "JobID": "5", "State": "RUNNING", "UserName": "me"}
    for name in ("a|b", "a\nb\n\nc", "\x1b[2J\x1b]0;gone\x07", "x" * 5000, "", "é\u202e"):
        row = US.join(values[field] for field in FIELDS[:-1]) + US + name + RS + "\n"
        (record, other), bad = queue_records((row + row).encode(), FIELDS)
        assert bad == 0
        assert record.name == other.name == name
        assert record.user == "me"
        shown = task_of("hpc", record, NOW).name
        assert "\x1b" not in shown
        assert "\n" not in shown
        assert shown == plain(name, 512)


def test_what_cannot_be_read_is_counted_and_its_neighbours_stay() -> None:
    good = US.join("5" if f in {"JobArrayID", "JobID"} else "" for f in FIELDS)
    found, bad = queue_records((good + RS + "\nslurm: a warning" + RS + "\n" + good + RS).encode(), FIELDS)
    assert (len(found), bad) == (2, 1)


@pytest.mark.parametrize(
    ("text", "indexes", "throttle"),
    [
        ("78-80%30", [78, 79, 80], 30),
        ("[1,3,7-9]", [1, 3, 7, 8, 9], None),
        ("0-20:5", [0, 5, 10, 15, 20], None),
        ("4", [4], None),
    ],
)
def test_index_lists_are_kept_as_ranges(text: str, indexes: list[int], throttle: int | None) -> None:
    found = Indexes.parse(text)
    assert (list(found), found.throttle, found.cut) == (indexes, throttle, False)
    assert list(Indexes.parse(str(found))) == indexes
    assert len(Indexes.parse("0-99999").parts) == 1, "a hundred thousand waiting elements are one range"
    assert Indexes.parse("1-3,99-").cut
    assert str(Indexes.of([3, 4, 5, 9])) == "3-5,9"


def test_a_user_that_is_not_there_is_told_although_squeue_ends_well() -> None:
    said = judge("hpc", "listing jobs", "on login")(Finished(0, b"", "squeue: error: Invalid user: nosuchuser"))
    assert said is not None
    assert "there is no user nosuchuser on login" in str(said)
    assert judge("hpc", "listing jobs", "on login")(Finished(0, b"", "a warning")) is None

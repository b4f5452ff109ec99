"""Issue 14, point 3: what a running job uses, from `sstat`, beside what accounting knows of it."""

from datetime import timedelta

from tui.platforms.slurm.usage import uses
from tui.platforms.slurm.wire import STEP_FIELDS, US, live_steps, step_records


def steps(id_: str) -> bytes:
    """A running job of two CPUs and its batch step, as accounting has them: without use."""
    job = dict.fromkeys(STEP_FIELDS, "") | {
        "jobid": id_, "state": "RUNNING", "start": "1790000000", "elapsedraw": "600", "ncpus": "2",
        "totalcpu": "00:00:00", "reqmem": "400M", "jobname": "x",
    }  # fmt: skip
    return "".join(
        US.join((job | {"jobid": id_ + end})[name] for name in STEP_FIELDS) + "\n" for end in ("", ".batch")
    ).encode()


def test_v03_the_use_of_a_running_job_is_of_its_own_steps() -> None:
    """`sstat` of an element tells of its whole array."""
    told = b"41.batch|100M|00:05:00|2\n40.batch|399M|00:09:00|1\n41.extern|0|00:00:00|1\n"
    (use,) = uses(live_steps(told, "41", step_records(steps("7_1"))))
    assert use.peak == 100 << 20
    assert use.memory == 0.25
    assert use.cpu == timedelta(minutes=10) / (timedelta(minutes=10) * 2)


def test_v03_an_answer_that_cannot_be_read_changes_nothing() -> None:
    plain = step_records(steps("7"))
    for told in (b"", b"\xff\x00", b"7.batch\n", b"7|1M|00:00:01|1\n", b"8.batch|1M|00:00:01|1\n"):
        assert live_steps(told, "7", plain) == plain

"""The parts that lines play: announcements, wrappers, consequences, usage text, failures that were got over."""

import pytest

from tui.domain.signature import coarse, find_error
from tui.domain.signature.mask import worded
from tui.domain.signature.roles import Role

USAGE = "\nUsage: turbo align [options] <in.bam>\n\nOptions:\n" + "".join(
    f"  -{c}, --{c * 4}   set {c}\n" for c in "abcdefgh"
)


@pytest.mark.parametrize(
    ("log", "says"),
    [
        ("turbo align: paired reads have different names: r1\nmake: *** [all] Error 1\n", "have different names"),
        ("[mem_pair] paired reads have different names: r1\nexit code 1\n", "paired reads have different names"),
        (f"align: no value for --lane{USAGE}", "no value for --lane"),
        (f"loading 3 files{USAGE}", "Usage: turbo align"),
        ("ncdump: x.nc: NetCDF: Unknown file format\n", "Unknown file format"),
        ("--- !ERROR\nsrc_file: a.F90\nsrc_line: 9\nmessage: |\n    ecut is not set\n...\n", "ecut is not set"),
        ("error: 'depth' undefined\nerror: called from\n    mix at line 2 column 5\n", "'depth' undefined"),
    ],
)  # fmt: skip
def test_w02_a_tools_own_words_are_found_without_a_word_like_error(log: str, says: str) -> None:
    """Before usage text and wrappers, behind headings."""
    found = find_error(log, failed=True)
    assert found is not None
    assert says in found.text


def test_w03_a_record_of_an_agent_is_a_wrapper() -> None:
    """The tool's line before it explains."""
    record = '{"level":"error","ts":"2026-02-03T10:11:12Z","msg":"job failed","exit_code":1}\n'
    found = find_error("turbo: cannot parse the header of a.bam\n" + record, failed=True)
    assert found is not None
    assert (found.text, found.roles[1]) == ("turbo: cannot parse the header of a.bam", Role.WRAPPER)


def test_w04_the_lines_after_the_cause_have_their_parts() -> None:
    """What the next step misses followed from it."""
    missing = "No such file or directory"
    log = f"sort: cannot read: in/a.txt: {missing}\nawk: cannot open b.txt: {missing}\nexit code 2\n"
    found = find_error(log)
    assert found is not None
    assert (found.number, found.roles) == (0, {0: Role.CAUSE, 1: Role.CONSEQUENCE, 2: Role.WRAPPER})


@pytest.mark.parametrize(
    "log",
    [
        "ERROR: attempt 1 failed: timed out\nretrying in 2 s\nfetched 12 files\nwrote x.bam\n",
        "SCF did not converge in 50 iterations, damping raised\nSCF converged\nenergy -1.2\n",
        "ran 12 tests: 12 passed, 0 failed, 0 errors\n",
        "mirror a: 404 not found, trying again with mirror b\nmirror b: 12 MB\n",
        "+ echo 'ERROR: no sample given'\n+ exit 2\nfinished NA12878\n",
        "step 3: max error 1e-9, nan 0\n[ nan -inf 10.2 ]\nbest model saved\n",
        "fatal: No names found, cannot describe anything.\nunknown\nbuilding version 0+12\ncompiled unit 1\nlinked\n",
        '10:00:00 ERROR worker 3 lost\nTraceback (most recent call last):\n  File "/x.py", line 3, in f\n    g()\n'
        "ConnectionError: lost\n10:00:02 INFO lane 4 read\n",
        "12 rows\nException ignored in: <function C.__del__ at 0x7f>\nTraceback (most recent call last):\n"
        '  File "/x.py", line 3, in __del__\nRuntimeError: closed\n',
        "workflow finished\n2026-03-01 10:00:00,1 - distributed.nanny - ERROR - Worker process died unexpectedly\n",
        "Killed\nretrying with half the threads\nsorted\n",
        "reads in    1200\nFailed      : 2\n",
        "STOP 0\n",
        "answer 42\nrm: cannot remove 'x': No such file or directory\n",
    ],
)
def test_w08_what_was_got_over_is_no_failure(log: str) -> None:
    """The end of the log and what came after the line decide."""
    assert find_error(log) is None


@pytest.mark.parametrize(
    ("log", "says"),
    [
        ("[E::open] no index of a.bam\nWork dir:\n  /w/5c\nalign exited with code 1\n", "no index of a.bam"),
        ("Traceback (most recent call last):\n  File \"/x.py\", line 3\nKeyError: 'depth'\nlane 4 read\n", "KeyError"),
        ("--------\nThere are not enough slots for 64\nslots of:\n\n  hostname\n--------\n", "not enough slots"),
    ],
)  # fmt: skip
def test_w08_a_failure_that_nothing_got_over_is_still_seen(log: str, says: str) -> None:
    """Details, a wrapper's word and one line out of a buffer are no work that went on."""
    found = find_error(log)
    assert found is not None
    assert says in found.text


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("connect to cn-0042.hpc.uni-koeln.de port 22: refused", "connect to r3i2.ib0.ucar.edu port 22: refused"),
        ("sort: unrecognized option '--by=NA12878'", "sort: unrecognized option '--by=tumor'"),
        ("cannot open >in/a.nc<", "cannot open >in/other.nc<"),
        ("Unable to allocate 7.2 GiB for an array", "Unable to allocate 31. TiB for an array"),
    ],
)  # fmt: skip
def test_w07_what_differs_between_members_does_not_split_them(one: str, other: str) -> None:
    """Hosts under any domain, values of options, names in odd quotes, units of sizes."""
    assert coarse(one) == coarse(other)


@pytest.mark.parametrize(
    ("line", "masked"),
    [
        ("OSError: post/500/cloud.xy not found", "OSError: <path> not found"),
        ("curl: (22) The requested URL returned error: 503", "returned error: 503"),
        ("sample oom_1 has no reads", "sample <x> has no reads"),
        ("terminate called: std::bad_alloc", "std::bad_alloc"),
    ],
)
def test_w06_classes_see_the_line_without_names_and_numbers(line: str, masked: str) -> None:
    """Codes stay beside their words."""
    assert masked in worded(line)

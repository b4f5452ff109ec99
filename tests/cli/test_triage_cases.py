"""Logs that failed in public, rewritten: what a person who knows the tool says is what `triage` says, over HTTP."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from tests.support.commands import World
from tui.domain.signature.classes import SILENT

BLOCK = "-" * 60
SIGNALLED = (
    "step 41 residual 2e-4\n[n7:311] *** Process received signal ***\n[n7:311] Signal: {name} ({number})\n"
    "[n7:311] Signal code: Address not mapped (1)\n[n7:311] Failing at address: 0x8\n"
    "[n7:311] [ 0] /lib/libc.so.6(+0x42520)[0x7f1e2a642520]\n[n7:311] *** End of error message ***\n" + BLOCK + "\n"
    "mpirun noticed that process rank 3 with PID 311 on node n7 exited on signal {number} ({name}).\n" + BLOCK + "\n"
)
HEADED = (
    "Reading file run.tpr (single precision)\n\n" + BLOCK + "\nProgram:     gmx mdrun\n"
    "Source file: src/engine/decomposition.cpp (line 9)\n\nFatal error:\n{point}\n\n"
    "For more information and tips, see the web site\n" + BLOCK
)
RELAYED = "node7 2020-03-09 12:16:13,{n} MainThread WARNING toil.leader: job-wc/instance-d4    {line}\n"


class Failed(World):
    """A Qarnot account whose tasks all failed, each with a log of its own."""

    def __init__(self, home: Path, logs: list[str], messages: list[str]) -> None:
        super().__init__(home, platform="qarnot", tasks=1)
        (account, *_) = self.accounts
        self.configure({account["name"]: {}})
        self.logs = {str(UUID(int=n + 1)): text for n, text in enumerate(logs)}
        self.messages = messages

    def _task(self, number: int, uuid: str) -> dict[str, Any]:
        message = self.messages[number]
        return {
            "uuid": uuid, "name": f"part {number}", "shortname": uuid, "profile": "docker-batch", "state": "Failure",
            "previousState": "FullyExecuting", "instanceCount": 1, "progress": 0.0,
            "creationDate": "2026-11-20T10:00:00Z", "endDate": "2026-11-20T11:00:00Z",
            "lastModified": "2026-11-20T11:00:00Z",
            "errors": [{"code": "X1", "message": message, "debug": None}] if message else [],
        }  # fmt: skip

    async def _app(self, scope: Any, receive: Any, send: Any) -> None:
        path = scope["path"]
        tasks = [self._task(n, uuid) for n, uuid in enumerate(self.logs)]
        body: bytes | None = None
        for uuid, text in self.logs.items():
            if f"/tasks/{uuid}/" in path and path.split(uuid)[1].startswith(("/stderr", "/stdout")):
                body = text.encode() if "stderr" in path else b""
        if body is None and (one := path.rsplit("/", 1)[-1]) in self.logs:
            body = json.dumps(self._task(list(self.logs).index(one), one)).encode()
        elif body is None and path.endswith("/paginate"):
            body = json.dumps({"data": tasks, "isTruncated": False, "nextToken": None, "token": None}).encode()
        elif body is None and path.endswith(("/tasks", "/tasks/search", "/tasks/summaries")):
            body = json.dumps(tasks).encode()
        if body is None:
            await super()._app(scope, receive, send)
            return
        kind = b"application/json" if body[:1] in b"[{" and b"uuid" in body else b"text/plain"
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", kind)]})
        await send({"type": "http.response.body", "body": body})


def groups(home: Path, *logs: str, messages: list[str] | None = None) -> list[dict[str, Any]]:
    """What `triage -o json` says of tasks with these logs, in the order of the logs."""
    run = Failed(home, list(logs), messages or [""] * len(logs))("triage", "-o", "json", "--explain")
    assert run.code == 0, run.err
    found = sorted(run.json["groups"], key=lambda group: min(group["refs"]))
    assert run.json["total_failed"] == len(logs)
    return list(found)


def only(home: Path, log: str, message: str = "") -> dict[str, Any]:
    """The one group of one failed task."""
    (group,) = groups(home, log, messages=[message])
    return group


@pytest.mark.parametrize(
    ("point", "says", "classes"),
    [
        ("No layout for 48 ranks fits the given box and a smallest cell of\n1.2 nm", "cell of <n> nm", "user input"),
        ("The pull groups 3 and 4 are farther apart (7.1) than half\nthe box (7.0).", "half the box", "numeric input"),
        ("Not enough memory: realloc of 2147483648 bytes for the pair list failed", "realloc of <n> bytes", "memory"),
    ],
)  # fmt: skip
def test_w01_a_heading_carries_the_lines_below_it(home: Path, point: str, says: str, classes: str) -> None:
    """Over a wrap; the number is that of the first line of the point."""
    group = only(home, HEADED.format(point=point))
    assert says in group["signature"]
    assert group["class"] in classes.split()
    assert (group["line_number"], group["role"], group["source"], group["explained"]) == (8, "cause", "log", True)


def test_w01_three_causes_below_one_heading_are_three_groups(home: Path) -> None:
    """`Fatal error:` alone is no signature."""
    logs = [HEADED.format(point=f"{what} of group 3 is out of range") for what in ("mass", "charge", "radius")]
    assert len(groups(home, *logs)) == 3


@pytest.mark.parametrize(
    ("log", "says", "klass"),
    [
        (
            "ValueError: the sample sheet has no column 'lane'\nsrun: error: a02: task 0: Exited with exit code 1\n"
            "slurmstepd: error: *** STEP 8801.0 ON a02 CANCELLED AT 2025-02-02T10:00:00 ***\n"
            "srun: error: a02: tasks 1-3: Terminated\n",
            "ValueError: the sample sheet has no column",
            {"input"},
        ),
        (
            "ERROR on proc 7: step 2999 ran out of space on list: top=1052, max=1016 (../angles.cpp:414)\n"
            "Last command: run 90\n"
            "srun: Job step aborted: Waiting up to 32 seconds for job step to finish.\n"
            "slurmstepd: error: *** STEP 8802.0 ON a02 CANCELLED AT 2025-02-02T10:00:00 ***\n",
            "on proc <n>: step <n> ran out of space",
            None,
        ),
        (
            "rank 3: mesh file is empty\n"
            "slurmstepd: error: *** JOB 8803 ON a02 CANCELLED AT 2025-02-02T10:00:00 DUE TO TIME LIMIT ***\n",
            "DUE TO TIME LIMIT",
            {"time"},
        ),
    ],
)  # fmt: skip
def test_w03_the_batch_system_talks_after_the_program(home: Path, log: str, says: str, klass: set[str] | None) -> None:
    """Its own reasons count, its reports of others' failures do not."""
    group = only(home, log)
    assert says in group["signature"]
    assert klass is None or group["class"] in klass


@pytest.mark.parametrize(
    ("name", "number", "klass"),
    [("Segmentation fault", 11, "code"), ("Floating point exception", 8, "numeric"), ("Bus error", 7, "code")],
)
def test_w03_a_signal_block_says_its_signal(home: Path, name: str, number: int, klass: str) -> None:
    """Not the address, not `mpirun noticed`."""
    group = only(home, SIGNALLED.format(name=name, number=number))
    assert (group["signature"], group["class"]) == (f"signal {number} ({name})", klass)


def test_w03_killed_under_mpirun_is_memory_and_no_exit_code(home: Path) -> None:
    """`exited on signal 9 (Killed)` is never `exit 9`."""
    said = "mpirun noticed that process rank 1 with PID 0 on node n2 exited on signal 9 (Killed)."
    text = f"step 7\n{BLOCK}\n{said}\n{BLOCK}\n"
    group = only(home, text)
    assert (group["class"], "signal 9 (Killed)" in group["signature"]) == ("memory", True)


@pytest.mark.parametrize(
    ("code", "name", "klass"),
    [
        (245, "SIGSEGV", "code"), (250, "SIGABRT", "code"), (241, "SIGTERM", "infra"), (247, "SIGKILL", "memory"),
        (-11, "SIGSEGV", "code"), (134, "SIGABRT", "code"), (248, "SIGFPE", "numeric"),
    ],
)  # fmt: skip
def test_w06_signals_in_three_notations(home: Path, code: int, name: str, klass: str) -> None:
    """128+n, -n and 256-n are one thing."""
    group = only(home, "INFO meter chr12:70799\n", f"The container exited with code {code}")
    assert (group["class"], name in group["signature"]) == (klass, True)


def test_w09_a_log_without_an_error_is_said_as_that(home: Path) -> None:
    """Never `no log`, and nothing is advised from ignorance."""
    group = only(
        home,
        "00:34:55.933 INFO  Meter - chr12:70628  4.9\n\nUsing jar /opt/c.jar\nRunning:\n    java -jar /opt/c.jar\n",
    )
    assert (group["signature"], group["class"], group["explained"], group["source"]) == (
        SILENT,
        "unknown",
        False,
        "log",
    )
    assert "rerun" not in group["explain"]["suggestion"]


@pytest.mark.parametrize(
    ("klass", "line"),
    [
        ("input", "OSError: post/outletCloud/500/cloud.xy not found."),
        ("input", "ValueError: could not convert string to float in row 504"),
        ("input", "ERROR: sample 403 has no reads after trimming"),
        ("input", "frame 401: texture missing"),
        ("code", "IndexError: index 502 is out of bounds for axis 0 with size 502"),
        ("code", "assertion failed: nfaces == 503"),
        ("input", "KeyError: 401"),
        ("input", "ValueError: sample 'oom-2' not in sheet"),
        ("input", "IOError: ssl_proteins.fasta is empty"),
        ("input", "heartbeat_reads.bam truncated"),
        ("input", "ERROR: timepoint 'evicted' unknown in design"),
        ("memory", "EXITING because of fatal ERROR: not enough memory for sorting:"),
        ("memory", "CUBLAS_STATUS_ALLOC_FAILED when calling cublasCreate(handle)"),
        ("disk", "Insufficient disk space"),
        ("disk", "The node was low on resource: ephemeral-storage. Container main was using 51Gi"),
        ("infra", "Host EC2 (instance i-0a1b2c3d4e5f60718) terminated."),
        ("infra", "Evicted"),
        ("image", "CannotPullContainerError: context canceled"),
        ("image", "container creation failed: while mounting image /proc/self/fd/3: squashfuse not found"),
        ("image", "PackagesNotFoundError: The following packages are not available from current channels:"),
        ("time", "Job attempt duration exceeded timeout"),
        ("user", "Terminated by user request"),
        ("input", "[E::idx_load] fail to locate the index files"),
    ],
)
def test_w05_w06_words_decide_and_names_do_not(home: Path, klass: str, line: str) -> None:
    """Each line is one failed task's whole log."""
    group = only(home, line + "\n")
    assert group["class"] == klass, group["explain"]


def test_w04_the_first_fatal_error_explains_not_what_follows_from_it(home: Path) -> None:
    """A step that reads what the solver did not write."""
    log = (
        '--> SOLVER FATAL IO ERROR: keyword inletValue is undefined in dictionary "/w/sim/0/p.inlet"\n\n'
        'Traceback (most recent call last):\n  File "./post.py", line 172, in <module>\n    collect(folder)\n'
        "OSError: post/internalCloud/500/cloud.xy not found.\n"
    )
    group = only(home, log)
    assert "keyword inletValue is undefined" in group["signature"]
    assert {"line_number": 6, "role": "consequence"} in group["explain"]["others"]


def test_w03_a_relay_is_taken_off(home: Path) -> None:
    """The worker's own line, whatever host, date, thread and logger stand before it."""
    lines = [
        "[job wc] /tmp/x$ wc --fake-arg /tmp/in.txt", "wc: unrecognized option '--fake-arg'",
        "WARNING:cwltool:[job wc] completed permanentFail", "cwltool.errors.WorkflowException: permanentFail",
        "ERROR:toil.worker:Exiting the worker because of a failed job on host node7",
    ]  # fmt: skip
    log = (
        "".join(RELAYED.format(n=500 + n, line=line) for n, line in enumerate(lines))
        + "toil.leader.FailedJobsException\n"
    )
    group = only(home, log)
    assert (group["signature"], group["class"]) == ("wc: unrecognized option '--fake-arg'", "user")


def test_w03_the_records_of_a_logging_library_are_taken_off(home: Path) -> None:
    """A level that all lines bear says nothing of any of them."""
    head = "I0309 12:51:51.37{n} 140505975940928 launch.py:247] "
    points = [
        "lib.RuntimeError: RESOURCE_EXHAUSTED: Out of memory while trying to allocate 740 bytes.",
        "Buffer Debugging.",
        "Size: 1GiB",
    ]
    group = only(home, "".join(f"{head.format(n=n)}{line}\n" for n, line in enumerate(points)))
    assert group["class"] == "memory"
    assert "Out of memory while trying to allocate" in group["signature"]


@pytest.mark.parametrize(
    ("log", "says"),
    [
        (
            "45 bins formed.\nWaiting at most 60 seconds for missing files.\n"
            "MissingOutputException in rule bins in file /w/Snakefile, line 24:\n"
            "Job 0 completed successfully, but some output files are missing. Missing files after 60 seconds. "
            "Consider a longer --latency-wait:\nresults/P24_bin\nShutting down, this might take some time.\n"
            "Exiting because a job execution failed. Look above for error message\n",
            "completed successfully, but some output files are missing",
        ),
        (
            "ERROR [job search.cwl] Job error:\n(\"Error collecting output for parameter 'hits': search.cwl:23:7: "
            "Did not find output file with glob pattern: ['*.hhr'].\", {})\n"
            "WARNING [job search.cwl] completed permanentFail\n"
            "ERROR [step search] Output is missing expected field file:///w/wf.cwl#search/hits\n"
            "WARNING [step search] completed permanentFail\n",
            "Did not find output file with glob pattern",
        ),
    ],
)  # fmt: skip
def test_w08_output_that_is_missing_after_a_success(home: Path, log: str, says: str) -> None:
    """The step went well, what it promised is not there."""
    group = only(home, log)
    assert says in group["signature"]
    assert group["class"] in {"code", "user"}


@pytest.mark.parametrize(
    ("log", "klass"),
    [
        ("run.sh: Zeile 3:  4711 Getötet                bwa mem ref.fa\n", "memory"),
        ("run.sh : ligne 3 :  4711 Erreur de segmentation  ./solveur\n", "code"),
        ("run.sh: Zeile 9: samtools: Kommando nicht gefunden.\n", "image"),
    ],
)
def test_w11_other_languages_are_understood(home: Path, log: str, klass: str) -> None:
    """Shells speak the language of the machine."""
    assert only(home, log)["class"] == klass


def test_w09_a_standard_sentence_does_not_stop_the_search(home: Path) -> None:
    """The platform's words only say that it failed; the logs say why, of each its own."""
    said = ["One or more instances failed", "Essential container in task exited"] * 2
    logs = [f"step {n}\nRuntimeError: solver diverged at step {n}\n" for n in (5, 6, 7, 8)]
    found = groups(home, *logs, messages=said)
    assert {group["signature"] for group in found} == {"RuntimeError: solver diverged at step <n>"}
    assert {group["class"] for group in found} == {"numeric"}


def test_w09_a_batch_of_the_demo_names_the_solver(home: Path) -> None:
    """ET Engine only says that a job's container exited; each log says that the solver diverged."""
    world = World(home, platform="et-engine", tasks=300)
    batches = world("tasks", "-o", "json").json
    worst = max(batches, key=lambda row: row["counts"]["failed"] if row["counts"] else 0)
    found = world("triage", worst["ref"], "-o", "json").json
    largest = found["groups"][0]
    assert largest["count"] > found["total_failed"] / 2
    assert (largest["explained"], largest["source"], largest["class"]) == (True, "log", "numeric")
    assert "solver diverged" in largest["signature"]

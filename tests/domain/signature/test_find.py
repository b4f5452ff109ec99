import pytest

from tests.support.waiting import calls, ends
from tui.domain.signature import coarse, find_error

FAILED = {
    "python": (
        "Traceback (most recent call last):\n  File \"/opt/step.py\", line 8, in <module>\n    main()\nKeyError: 'NA12878'\n",
        "KeyError: 'NA12878'",
    ),
    "python without its text": (
        "loaded 17 files\nTraceback (most recent call last):\n  File \"<string>\", line 1, in <module>\n"
        "  File \"pysam/libcbcf.pyx\", line 4117, in pysam.libcbcf.VariantFile.open\n"
        "OSError: [Errno 24] Too many open files: 'a.vcf'\nuploading logs\n",
        "OSError: [Errno 24] Too many open files: 'a.vcf'",
    ),
    "python group": (
        "  + Exception Group Traceback (most recent call last):\n  |   File \"/opt/run.py\", line 1, in <module>\n"
        "  |     raise KeyError(path)\n  | ExceptionGroup: 1 shard failed (1 sub-exception)\n"
        "  +-+---------------- 1 ----------------\n    | ValueError: shard 3: no header\n"
        "    +------------------------------------\n",
        "ValueError: shard 3: no header",
    ),
    "perl module": (
        "Can't locate Bio/SeqIO.pm in @INC (you may need to install it) at align.pl line 3.\n"
        "BEGIN failed--compilation aborted at align.pl line 3.\n",
        "Can't locate Bio/SeqIO.pm in @INC (you may need to install it) at align.pl line 3.",
    ),
    "node memory": (
        "<--- Last few GCs --->\nFATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory\n"
        "----- Native stack trace -----\n 1: 0xb78db3 node::OOMErrorHandler(char const*) [node]\n"
        "/opt/run.sh: line 4: 29129 Aborted                 node call.js\n",
        "Reached heap limit Allocation failed - JavaScript heap out of memory",
    ),
    "java memory": (
        "Error occurred during initialization of VM\nCould not allocate compressed class space: 1073741824 bytes\n",
        "Error occurred during initialization of VM Could not allocate compressed class space: 1073741824 bytes",
    ),
    "mpi slots": (
        "------------------------------------\nThere are not enough slots available in the system to satisfy the 64\n"
        "slots that were requested by the application:\n\n  hostname\n------------------------------------\n",
        "There are not enough slots available in the system to satisfy the 64",
    ),
    "r": (
        "Loading required package: DESeq2\nError in read.table(file = file) :\n  duplicate 'row.names' are not allowed\n"
        "Calls: read.csv -> read.table\nExecution halted\n",
        "Error in read.table(file = file) : duplicate 'row.names' are not allowed",
    ),
    "java": (
        'Exception in thread "main" java.lang.IllegalStateException: row 7\n\tat a.B.run(B.java:9)\n'
        "Caused by: java.io.EOFException: cut\n\t... 3 more\n",
        "java.io.EOFException: cut",
    ),
    "assert": ("solver: s.c:9: main: Assertion `n > 3' failed.\nAborted (core dumped)\n", "solver: s.c:9: main: Assertion `n > 3' failed."),
    "segfault": ("/opt/run.sh: line 14:  4711 Segmentation fault      (core dumped) bwa mem -t 16 ref.fa\n", "bwa: Segmentation fault"),
    "c++": (
        "terminate called after throwing an instance of 'std::out_of_range'\n  what():  vector: n is 9\n",
        "std::out_of_range: vector: n is 9",
    ),
    "sanitizer": (
        "==9==ERROR: AddressSanitizer: heap-use-after-free on address 0x60\n    #0 0x55 in main s.c:4\n"
        "SUMMARY: AddressSanitizer: heap-use-after-free s.c:4 in main\n==9==ABORTING\n",
        "SUMMARY: AddressSanitizer: heap-use-after-free s.c:4 in main",
    ),
    "fortran": (
        "At line 7 of file m.f90 (unit = 10)\nFortran runtime error: End of file\n\nError termination. Backtrace:\n#0  0x7f in ???\n",
        "Fortran runtime error: End of file",
    ),
    "make": (
        "gcc -c a.c\na.c:3:5: error: 'depth' undeclared\na.c:9:1: error: expected ';'\nmake: *** [Makefile:2: a.o] Error 1\n",
        "a.c:3:5: error: 'depth' undeclared",
    ),
    "samtools": (
        '[E::hts_open_format] Failed to open file "x.bam" : No such file or directory\n'
        'samtools view: failed to open "x.bam" for reading: No such file or directory\n',
        'samtools view: failed to open "x.bam" for reading: No such file or directory',
    ),
    "nextflow": (
        "N E X T F L O W  ~  version 24.10.0\n[5c/1a2b3c] process > ALIGN (NA12878) [ 50%] 1 of 2, failed: 1\n"
        "ERROR ~ Error executing process > 'ALIGN (NA12878)'\n\nCaused by:\n"
        "  Process `ALIGN (NA12878)` terminated with an error exit status (1)\n\nCommand executed:\n\n"
        "  bwa mem ref.fa NA12878.fq\n\nCommand exit status:\n  1\n\nCommand output:\n  (empty)\n\nCommand error:\n"
        "  [M::bwa_idx_load_from_disk] read 0 ALT contigs\n  [E::bwa_idx_load_from_disk] fail to locate the index files\n\n"
        "Work dir:\n  /work/5c/1a2b3c\n\nTip: you can replicate the issue by changing to the process work dir\n",
        "[E::bwa_idx_load_from_disk] fail to locate the index files",
    ),
    "progress bar": ("\r 10%|#   | 1/9\r 50%|##  | 5/9\rError: disk quota exceeded\r100%|####| 9/9\n", "Error: disk quota exceeded"),
    "time and level": ("2026-11-24 10:20:08,123 ERROR [main] S3Client - AccessDenied (403)\n", "S3Client - AccessDenied (403)"),
    "tidying up": (
        "x.py: error: no samples\n" + "removing temporary files\nshutting down\nclosing 3 connections\n" * 20,
        "x.py: error: no samples",
    ),
    "only an exit code": ("make[1]: *** [x] Error 137\nmake: *** [all] Error 2\n", "exit 137 (SIGKILL)"),
    "instance": ("3> frame 12\n3> Killed\n7> frame 9\n", "Killed"),
    "colour": ("\x1b[1;31mfatal:\x1b[0m not a git repository\n", "fatal: not a git repository"),
    "mpi": (
        "rank 3: halo is empty\n" + "-" * 60 + "\nMPI_ABORT was invoked on rank 3 in communicator MPI_COMM_WORLD\nwith errorcode 5.\n",
        "MPI_ABORT: rank 3: halo is empty",
    ),
    "license": (
        "License server 27000@licences.example: all 12 seats of 'solver' are taken (-4,132)\n",
        "License server 27000@licences.example: all 12 seats of 'solver' are taken (-4,132)",
    ),
    "flexlm": (
        "Licensed number of users already reached. (-4,342:10049)\nbye\n",
        "Licensed number of users already reached. (-4,342:10049)",
    ),
}  # fmt: skip


@pytest.mark.parametrize("shape", FAILED)
def test_the_line_that_tells_is_found(shape: str) -> None:
    """In the middle of wrappers, frames, progress and tidying up."""
    text, line = FAILED[shape]
    noise = "".join(f"2026-11-24 10:00:{n:02} INFO  pass {n}, 0 errors so far\n" for n in range(40))
    found = find_error(noise + text)
    assert found is not None
    assert found.text == line


GOOD = (
    "INFO license server 27000@host: 1 of 20 seats is ours", "licence valid until 2027-01-01",
    "INFO 0 errors so far", "WARN 12 reads without mate were skipped", "error rate 0.01", "sequencing error rate: 1.2e-3",
    "max error 1e-5 after 12 steps", "WARNING: could not find optional annotation, continuing", "errors: 0, warnings: 4",
    "0 failed, 12 passed", "--on-error=continue", "no errors detected", "ErrorCorrection finished", "mean absolute error = 0.12",
    "Failed reads: 0", "retrying after connection reset (attempt 2 of 5)", "checking for error recovery... yes",
    "[W::bam_hdr_read] EOF marker is absent", "exit code 0", "test_error_handling PASSED", "writing error.log",
    "residual error below 1e-8", "RMS error 0.03", "note: 3 invalid lines were ignored", "killed: 0, crashes: 0",
    "standard error of the mean 0.4", "error model: illumina", "ignoring missing index", "set -o errexit",
    "warning: implicit declaration of function 'f'", "a.c:9:1: warning: unused variable 'error'", "abort threshold 0.5",
)  # fmt: skip


@pytest.mark.parametrize("line", GOOD)
def test_a_frightening_word_is_no_failure(line: str) -> None:
    """Each alone, in a log that ends well."""
    assert find_error(f"step 1\n2026-11-24 10:00:00 INFO  begun\n{line}\nstep 2\nwrote 12 records\n") is None


def test_an_error_that_was_got_over_is_no_failure() -> None:
    """A run that says at its end that it succeeded did; one that did not complete successfully did not."""
    log = "ERROR: mirror 1 is down\nusing mirror 2\nwrote 12 records\nPipeline completed successfully\n"
    assert find_error(log) is None
    assert find_error(log.replace("completed", "did not complete")) is not None


def test_an_early_error_loses_against_a_later_one() -> None:
    """A caught exception long before the end is not why it failed."""
    early = "Traceback (most recent call last):\nTimeoutError: mirror 1\n"
    work = "".join(f"step {n} residual 0.{n}\n" for n in range(900))
    found = find_error(f"{early}{work}solver: No space left on device\n")
    assert found is not None
    assert found.text == "solver: No space left on device"
    assert found.number == 902


def test_nothing_is_found_in_nothing() -> None:
    """An empty log, and one without any word of failure."""
    assert find_error("") is None
    assert find_error("begun\nstep 1\n") is None


HOSTILE = {
    "a": "error: " + "a" * 100_000, "brackets": "(" * 50_000, "colons": "a:" * 50_000, "percent": "x" * 99_999 + "%",
    "numbers": "1 " * 50_000, "dots": "a." * 50_000 + "Error", "quotes": "'{" * 50_000, "spaces": "x" + " " * 99_999 + "y",
}  # fmt: skip


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_lines_are_little_work(kind: str) -> None:
    """Whoever wrote the log cannot hold up the program."""

    def read() -> None:
        find_error(f"{HOSTILE[kind]}\n" * 20)
        coarse(HOSTILE[kind])

    with ends():  # a pattern that goes back for each character would need hours
        assert calls(read) < 5_000

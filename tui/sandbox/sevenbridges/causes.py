"""Why things fail in the world, with the text each failure leaves in a log."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

__all__ = ["CAUSES", "Cause", "log_text"]


@dataclass(frozen=True, slots=True)
class Cause:
    """One way to fail."""

    key: str
    exit: int | None
    message: str
    """What the platform says of the task."""
    lines: tuple[str, ...]
    """The end of stderr; `{step}`, `{sample}`, `{n}`, `{mem}`, `{at}` are filled in."""
    weight: int = 1


CAUSES: tuple[Cause, ...] = (
    Cause("oom", 137, "Task failed: job {step} was killed (exit code 137)", (
        "WARN  memory at 92% of limit",
        "[M::mem_process_seqs] Processed {n} reads in 181.2 CPU sec",
        "/usr/bin/bash: line 1:  {n} Killed                  {step} --threads 16 {sample}.in.bam",
        "[cmd] exit code 137",
    ), 6),
    Cause("missing", 1, "Task failed: job {step} exited with code 1", (
        "[E::hts_open_format] Failed to open file \"{sample}.sorted.bam.bai\" : No such file or directory",
        "samtools index: failed to open \"{sample}.sorted.bam\": No such file or directory",
        "cleaning up temporary directory /tmp/work.{n}",
    ), 4),
    Cause("denied", 1, "Task failed: job {step} exited with code 1", (
        "{at:%H:%M:%S} INFO  GATKReadSource - opening s3://kf-brain/cram/{sample}.cram",
        "{at:%H:%M:%S} ERROR S3Client - AccessDenied (Service: Amazon S3; Status Code: 403; Request ID: 8F2A{n})",
        "{at:%H:%M:%S} INFO  shutting down engine",
        "[{at:%B %d, %Y}] org.broadinstitute.hellbender.tools done. Elapsed time: 38.11 minutes.",
    ), 2),
    Cause("disk", 1, "Task failed: job {step} exited with code 1", (
        "samtools sort: failed writing to \"{sample}.tmp.{n}.bam\": No space left on device",
        "[bam_sort_core] truncated file. Aborting.",
    ), 2),
    Cause("segfault", 139, "Task failed: job {step} exited with code 139", (
        "[bwa_mem2] chunk {n} loaded",
        "/opt/run.sh: line 14:  {n} Segmentation fault      (core dumped) bwa-mem2 mem -t 16 ref.fa {sample}.fq.gz",
    ), 2),
    Cause("heap", 1, "Task failed: job {step} exited with code 1", (
        "Exception in thread \"main\" java.lang.OutOfMemoryError: Java heap space",
        "\tat htsjdk.samtools.util.SortingCollection.doneAdding(SortingCollection.java:264)",
        "\tat picard.sam.markduplicates.MarkDuplicates.doWork(MarkDuplicates.java:257)",
        "Runtime.totalMemory()={n}",
    ), 2),
    Cause("python", 1, "Task failed: job {step} exited with code 1", (
        "Traceback (most recent call last):",
        "  File \"/opt/pipeline/{step}.py\", line 88, in <module>",
        "    main(sys.argv[1:])",
        "  File \"/opt/pipeline/{step}.py\", line 61, in main",
        "    counts = table.loc[sample_id, 'counts']",
        "KeyError: '{sample}'",
    ), 3),
    Cause("r", 1, "Task failed: job {step} exited with code 1", (
        "Loading required package: DESeq2",
        "Error in read.table(file = file, header = header, sep = sep, quote = quote,  :",
        "  duplicate 'row.names' are not allowed",
        "Calls: read.csv -> read.table",
        "Execution halted",
    ), 2),
    Cause("reference", 2, "Task failed: job {step} exited with code 2", (
        "A USER ERROR has occurred: Input files reference and reads have incompatible contigs: no overlapping contigs found.",
        "  reference contigs = [1, 2, 3]",
        "  reads contigs = [chr1, chr2, chr3]",
    ), 2),
    Cause("image", None, "Task failed: cannot pull image images.sbgenomics.com/lab/{step}:1.4", (
        "Error response from daemon: manifest for images.sbgenomics.com/lab/{step}:1.4 not found: manifest unknown",
    ), 1),
    Cause("spot", None, "Task failed: the instance was terminated by the cloud provider", (
        "{at:%Y-%m-%dT%H:%M:%SZ} instance is being terminated (spot interruption notice)",
    ), 1),
)  # fmt: skip

_ORDINARY = (
    "INFO  {step} started on {host} with 16 threads",
    "INFO  loading reference GRCh38_full_analysis_set.fa",
    "INFO  read group ID:{sample} SM:{sample} PL:ILLUMINA",
    "INFO  processed {n} records",
    "WARN  {n} reads without mate were skipped",
    "INFO  0 errors so far",
)


def log_text(
    cause: Cause | None, step: str, sample: str, start: datetime, length: float, rng: Random, host: str
) -> str:  # fmt: skip
    """A job's stderr: ordinary progress lines, then, for a failed job, what its cause prints last; all within `length` seconds."""
    lines = []
    at, gaps = start, [rng.randrange(1, 9) for _ in range(rng.randrange(40, 400))]
    beat = length / sum(gaps)
    for number, gap in enumerate(gaps):
        at += timedelta(seconds=gap * beat)
        text = _ORDINARY[0 if number == 0 else 1 + rng.randrange(len(_ORDINARY) - 1)]
        filled = text.format(step=step, sample=sample, n=rng.randrange(10_000, 9_000_000), host=host)
        lines.append(f"{at:%Y-%m-%d %H:%M:%S} {filled}")
    number = rng.randrange(1_000, 90_000)
    if cause is None:
        lines.append(f"{at:%Y-%m-%d %H:%M:%S} INFO  {step} finished")
    else:
        lines += [line.format(step=step, sample=sample, n=number, mem=31, at=at) for line in cause.lines]
    return "\n".join(lines) + "\n"

"""What things are called in the world: pipelines with their steps, projects, people, machines."""

from dataclasses import dataclass

__all__ = ["MACHINES", "PIPELINES", "PROJECTS", "USERS", "Machine", "Pipeline"]


@dataclass(frozen=True, slots=True)
class Pipeline:
    """An app with its steps."""

    app: str
    revision: int
    title: str
    """The name's pattern; `{s}` is a sample, `{n}` a number."""
    steps: tuple[str, ...]
    port: str
    """The input port that a batch splits."""
    suffix: str
    """Ending of its input files."""
    minutes: float
    """Median run time."""


@dataclass(frozen=True, slots=True)
class Machine:
    """An instance type with its price."""

    type: str
    memory: int
    """GB."""
    rate: float
    """USD an hour."""


PIPELINES: tuple[Pipeline, ...] = (
    Pipeline("star-align", 11, "STAR-align {s}", ("fastqc", "star_index", "star_align", "samtools_sort", "featureCounts"), "reads", ".fastq.gz", 55),
    Pipeline("salmon-quant", 4, "salmon-quant {s}", ("fastp", "salmon_index", "salmon_quant", "tximport"), "reads", ".fastq.gz", 18),
    Pipeline("gatk-joint", 14, "wgs-joint-call {s}", ("align", "mark_duplicates", "base_recalibration", "haplotype_caller", "genomics_db", "joint_genotyping", "merge_vcfs"), "crams", ".cram", 160),
    Pipeline("bwa-mem2", 2, "bwa-mem2 panel {s}", ("fastqc", "bwa_mem2", "samtools_sort", "samtools_index", "mosdepth"), "reads", ".fastq.gz", 40),
    Pipeline("deepvariant", 16, "deepvariant trio {s}", ("make_examples", "call_variants", "postprocess"), "bams", ".bam", 95),
    Pipeline("fastqc", 12, "fastqc nightly {n}", ("fastqc", "multiqc"), "reads", ".fastq.gz", 6),
    Pipeline("cellranger", 8, "cellranger PBMC {s}", ("mkfastq", "count", "aggr"), "fastqs", ".fastq.gz", 120),
    Pipeline("varscan", 24, "varscan {s}", ("samtools_mpileup", "varscan_somatic", "vep"), "bams", ".bam", 45),
    Pipeline("rsem", 13, "rsem recount chunk {n}", ("prepare_reference", "calculate_expression", "merge"), "reads", ".fastq.gz", 30),
    Pipeline("qiime2", 25, "qiime2 gut cohort {s}", ("import", "dada2", "taxonomy", "diversity"), "reads", ".fastq.gz", 35),
    Pipeline("mutect2", 9, "mutect2 {s} tumor-normal", ("split_intervals", "mutect2", "learn_orientation", "filter_calls", "funcotator"), "bams", ".bam", 110),
    Pipeline("arriba-fusion", 3, "arriba fusions {s}", ("star_align", "arriba", "draw_fusions"), "reads", ".fastq.gz", 50),
)  # fmt: skip

PROJECTS: dict[str, tuple[str, ...]] = {
    "cgc": ("rfranklin/luad-480", "rfranklin/wes", "rfranklin/target-aml", "labq/panel-b", "labq/qc", "labq/recount"),
    "cavatica": ("kf-user/kf-brain", "kf-user/lusc", "kf-user/trios", "chop-lab/gut", "chop-lab/pbmc"),
}
USERS: dict[str, tuple[str, ...]] = {
    "cgc": ("rfranklin", "mwilkins", "jwatson"),
    "cavatica": ("kf-user", "bmcclintock"),
}
"""The first is the account's own user."""
MACHINES: tuple[Machine, ...] = (
    Machine("c5.2xlarge", 16, 0.34),
    Machine("c5.4xlarge", 32, 0.68),
    Machine("m5.4xlarge", 64, 0.77),
    Machine("r5.4xlarge", 128, 1.01),
    Machine("c5.9xlarge", 72, 1.53),
)

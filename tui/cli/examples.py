"""Command lines to begin from, shown at the end of each command's help."""

from collections.abc import Mapping

__all__ = ["EXAMPLES"]

EXAMPLES: Mapping[str, tuple[str, ...]] = {
    "tasks": (
        "taskdeck tasks status:failed ended:today",
        "taskdeck tasks 'project:luad cost>5usd' -o csv > tasks.csv",
        "taskdeck tasks @cgc kind:batch --fields ref,name,progress.percent",
    ),
    "show": (
        "taskdeck show cgc:eb44dce5-8f0c-4b5b-a3a5-1c2d3e4f5a6b",
        "taskdeck show cgc:eb44dce5-8f0c-4b5b-a3a5-1c2d3e4f5a6b -o json --fields detail.inputs",
    ),
    "children": ("taskdeck children cgc:eb44dce5-8f0c-4b5b-a3a5-1c2d3e4f5a6b status:failed -o csv",),
    "jobs": ("taskdeck jobs cgc:eb44dce5-8f0c-4b5b-a3a5-1c2d3e4f5a6b",),
    "logs": (
        "taskdeck logs cgc:eb44dce5-8f0c-4b5b-a3a5-1c2d3e4f5a6b --stderr --tail 20",
        "taskdeck logs lab:7f3c1d2e-0a4b-4c6d-9e8f-1a2b3c4d5e6f/3 --follow",
    ),
    "run": (
        "taskdeck run cgc:eb44dce5-8f0c-4b5b-a3a5-1c2d3e4f5a6b",
        "taskdeck run --filter 'status:draft name:sweep' --at-most 20",
    ),
    "tag": ("taskdeck tag lab:7f3c1d2e-0a4b-4c6d-9e8f-1a2b3c4d5e6f +paper +v2",),
    "rename": ("taskdeck rename cgc:eb44dce5-8f0c-4b5b-a3a5-1c2d3e4f5a6b trio with hg38",),
    "abort": (
        "taskdeck abort cgc:eb44dce5-8f0c-4b5b-a3a5-1c2d3e4f5a6b lab:7f3c1d2e-0a4b-4c6d-9e8f-1a2b3c4d5e6f --dry-run",
        "taskdeck abort cgc:eb44dce5-8f0c-4b5b-a3a5-1c2d3e4f5a6b --yes",
    ),
    "rerun": (
        "taskdeck rerun cgc:eb44dce5-8f0c-4b5b-a3a5-1c2d3e4f5a6b --failed --dry-run",
        "taskdeck rerun cgc:eb44dce5-8f0c-4b5b-a3a5-1c2d3e4f5a6b --failed --max 100 --yes",
        "taskdeck rerun cgc:eb44dce5-8f0c-4b5b-a3a5-1c2d3e4f5a6b --set max_parallel_instances=2",
    ),
    "submit": (
        "taskdeck submit samples.csv --account cgc --set app=rfranklin/wes/bwa-mem2/2 --dry-run",
        "taskdeck submit samples.csv --account cgc --set app=rfranklin/wes/bwa-mem2/2 --run --at-most 20",
        "taskdeck submit align.sh --account hpc --set time=2:00:00 --yes",
    ),
    "delete": ("taskdeck delete cgc:eb44dce5-8f0c-4b5b-a3a5-1c2d3e4f5a6b --dry-run",),
    "triage": (
        "taskdeck triage cgc:eb44dce5-8f0c-4b5b-a3a5-1c2d3e4f5a6b",
        "taskdeck triage --filter 'mine ended:7d' -o json",
    ),
    "diff": (
        "taskdeck diff cgc:eb44dce5-8f0c-4b5b-a3a5-1c2d3e4f5a6b",
        "taskdeck diff cgc:eb44dce5-8f0c-4b5b-a3a5-1c2d3e4f5a6b cgc:91cc02aa-5b6c-4d7e-8f90-a1b2c3d4e5f6",
    ),
    "wait": (
        "taskdeck wait cgc:eb44dce5-8f0c-4b5b-a3a5-1c2d3e4f5a6b && echo it is done",
        "taskdeck wait --filter 'mine open' --fail-fast --timeout 6h",
    ),
    "completion": ('eval "$(taskdeck completion bash)"',),
    "sandbox": ("taskdeck sandbox --config sandbox.toml --tasks 500 --speed 60",),
}
"""By command. The ids are invented, and whole: the beginning of one does where the interface has shown the task."""

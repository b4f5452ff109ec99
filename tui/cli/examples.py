"""Command lines to begin from, shown at the end of each command's help."""

from collections.abc import Mapping

__all__ = ["EXAMPLES"]

EXAMPLES: Mapping[str, tuple[str, ...]] = {
    "tasks": (
        "taskdeck tasks status:failed ended:today",
        "taskdeck tasks 'project:luad cost>5usd' -o csv > tasks.csv",
        "taskdeck tasks @cgc kind:batch --fields ref,name,progress.percent",
    ),
    "show": ("taskdeck show cgc:eb44dce5", "taskdeck show cgc:eb44dce5 -o json --fields detail.inputs"),
    "children": ("taskdeck children cgc:eb44dce5 status:failed -o csv",),
    "jobs": ("taskdeck jobs cgc:eb44dce5",),
    "logs": ("taskdeck logs cgc:eb44dce5 --stderr --tail 20", "taskdeck logs lab:7f3c1d2e/3 --follow"),
    "run": ("taskdeck run cgc:eb44dce5",),
    "abort": ("taskdeck abort cgc:eb44dce5 lab:7f3c1d2e --dry-run", "taskdeck abort cgc:eb44dce5 --yes"),
    "rerun": (
        "taskdeck rerun cgc:eb44dce5 --failed --dry-run",
        "taskdeck rerun cgc:eb44dce5 --failed --max 100 --yes",
        "taskdeck rerun cgc:eb44dce5 --set max_parallel_instances=2",
    ),
    "delete": ("taskdeck delete cgc:eb44dce5 --dry-run",),
    "triage": ("taskdeck triage cgc:eb44dce5", "taskdeck triage --filter 'mine ended:7d' -o json"),
    "diff": ("taskdeck diff cgc:eb44dce5", "taskdeck diff cgc:eb44dce5 cgc:91cc02aa"),
    "wait": (
        "taskdeck wait cgc:eb44dce5 && echo it is done",
        "taskdeck wait --filter 'mine open' --fail-fast --timeout 6h",
    ),
    "completion": ('eval "$(taskdeck completion bash)"',),
    "sandbox": ("taskdeck sandbox --tasks 500 --speed 60 > accounts.json",),
}
"""By command. The ids are invented and short."""

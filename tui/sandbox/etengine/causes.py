"""Why jobs fail on the pretended ET Engine, with the lines each failure leaves in a log, and the lines between."""

from dataclasses import dataclass
from random import Random

__all__ = ["FAILURES", "Failure", "log_lines"]


@dataclass(frozen=True, slots=True)
class Failure:
    """One way to fail."""

    key: str
    reason: str
    """What AWS Batch says of the job."""
    lines: tuple[str, ...]
    """The end of the job's own log; `{n}` and the job's arguments are filled in."""
    weight: int = 1
    starts: bool = True
    """The container started at all."""


FAILURES = (
    Failure("oom", "OutOfMemoryError: Container killed due to memory usage", (
        "INFO step 880 grid allocated {n} MB",
        "WARNING memory at 97 % of the container's limit",
        "INFO step 881 alloc {n} MB",
    ), 5),
    Failure("mesh", "Essential container in task exited", (
        "ERROR cannot open mesh.vtk: No such file or directory",
        "Traceback (most recent call last):",
        "  File \"/app/main.py\", line 112, in <module>",
        "    run(load_mesh(args.mesh))",
        "FileNotFoundError: [Errno 2] No such file or directory: 'mesh.vtk'",
    ), 4),
    Failure("diverged", "Essential container in task exited", (
        "WARNING residual grows: 3.1e+02 after {n} iterations",
        "ERROR solver diverged: CFL number 1.7 above 0.9",
        "RuntimeError: solver diverged",
    ), 4),
    Failure("host", "Host EC2 (instance i-0{n}) terminated.", (), 2),
    Failure("timeout", "Job attempt duration exceeded timeout", ("INFO checkpoint {n} written",), 1),
    Failure("image", "CannotPullContainerError: pull image manifest has been retried 5 time(s): not found", (),
            1, starts=False),
)  # fmt: skip

_TALK = (
    "INFO step {n} res {r:.1e}",
    "INFO checkpoint written to /filesystems/results",
    "INFO mem {m:.1f} G",
    "WARNING {n} cells clipped to bounds",
    "INFO 0 errors so far",
)


def log_lines(tool: str, rng: Random) -> str:
    """An ordinary progress line."""
    template = _TALK[min(int(rng.expovariate(1.2)), len(_TALK) - 1)]
    return template.format(n=rng.randrange(1, 90_000), r=10 ** -rng.uniform(2, 7), m=rng.uniform(1, 15), tool=tool)

"""What a cause of failure is: files and a command, the same for each run but for names and numbers."""

from dataclasses import dataclass, field
from random import Random
from string import Template

__all__ = ["SAMPLES", "Cause", "values"]

SAMPLES = ("NA12878", "tumor_07", "KF-0031", "patient.b2", "wing-a12")
_LOOKALIKES = ("run_500", "oom-1", "socket_lib", "preempted", "timeout_403")
"""Names of samples that hold words and numbers which mean something elsewhere."""
_HOSTS = (
    "node17.cluster.ethz.ch", "cn-0042.hpc.uni-koeln.de", "r3i2n7.ib0.cheyenne.ucar.edu", "gpu-a100-03.kaust.edu.sa",
    "wn118.grid.cyfronet.pl",
)  # fmt: skip
_IDS = ("AXQZKTRW", "SRR1039508", "ENSG00000141510", "KZLQPTVB", "HGSCBXRN")
_DATA = ("reads", "counts", "mesh", "panel_v3", "gather")


@dataclass(frozen=True, slots=True)
class Cause:
    """One way to fail, made to happen."""

    key: str
    command: str
    """For bash; `$sample`, `$data`, `$n`, `$m` stand for the run's own values, `$$` for a dollar."""
    files: dict[str, str] = field(default_factory=dict)
    """Written before, filled in the same way."""
    needs: tuple[str, ...] = ()
    """Programs without which it is left out."""
    says_nothing: bool = False
    """The program prints nothing that tells why: only its exit code does."""
    klass: str = ""
    """The class that a person who knows the tool gives it; `input|user` where either is right; empty: see `classes`."""
    kind: int = 0
    """Which kind of loss it stands for (`tests/corpus/__main__.py` lists them); 0 for an ordinary failure."""
    reason: str = ""
    """What the platform says of the task, filled in the same way; empty: nothing but its exit code."""
    packages: tuple[str, ...] = ()
    """What to install for it: Debian's names, `py:NAME` for Python's; the first is the one that fails."""
    family: str = "programs"
    """The folder that its logs stand in."""
    written: bool = False
    """The message is copied from a manual or a bug report, since the machine that says it is not at hand."""
    succeeds: bool = False
    """It ends well, however much it complains on the way."""


def values(run: int, rng: Random) -> dict[str, str]:
    """What is different in each run."""
    return {
        "sample": SAMPLES[run % len(SAMPLES)],
        "data": _DATA[(run + 2) % len(_DATA)],
        "n": str(rng.randrange(100, 99_999)),
        "m": str(rng.randrange(11, 990)),
        "d": str(rng.randrange(2, 9)),
        "bad": _LOOKALIKES[run % len(_LOOKALIKES)],
        "host": _HOSTS[run % len(_HOSTS)],
        "id": _IDS[run % len(_IDS)],
    }


def filled(text: str, own: dict[str, str]) -> str:
    """The text with the run's values."""
    return Template(text).substitute(own)

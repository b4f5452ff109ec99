"""What a cause of failure is: files and a command, the same for each run but for names and numbers."""

from dataclasses import dataclass, field
from random import Random
from string import Template

__all__ = ["SAMPLES", "Cause", "values"]

SAMPLES = ("NA12878", "tumor_07", "KF-0031", "patient.b2", "wing-a12")
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


def values(run: int, rng: Random) -> dict[str, str]:
    """What is different in each run."""
    return {
        "sample": SAMPLES[run % len(SAMPLES)],
        "data": _DATA[(run + 2) % len(_DATA)],
        "n": str(rng.randrange(100, 99_999)),
        "m": str(rng.randrange(11, 990)),
        "d": str(rng.randrange(2, 9)),
    }


def filled(text: str, own: dict[str, str]) -> str:
    """The text with the run's values."""
    return Template(text).substitute(own)

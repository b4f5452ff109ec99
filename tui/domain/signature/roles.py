"""What a line of a log is for: the parts that lines play in the story of a failure."""

from enum import StrEnum

__all__ = ["Role"]


class Role(StrEnum):
    """The part of one line."""

    CAUSE = "cause"
    """It says why."""
    ANNOUNCEMENT = "announcement"
    """It only says that the reason stands on the next line, or the one before."""
    CONSEQUENCE = "consequence"
    """It failed because something before it did."""
    WRAPPER = "wrapper"
    """It says that something else failed."""
    BENIGN = "benign"
    """It sounds like a failure and is none, or one that was got over."""
    WORK = "work"
    """The program went on."""
    NOISE = "noise"
    """Frames, rules, progress bars, tidying up, usage text: it neither explains nor shows that work went on."""

"""How seldom a controller is asked: sites say "do not run squeue in a loop", and its rate limit would hold us back."""

from tui.clock import Clock

__all__ = ["Pace"]

_FOCUSED, _BLURRED = 30.0, 60.0
_AFTER_ACT, _FOR = 5.0, 60.0
"""Seconds between two looks after an own action, and for how long."""
_TIMES = 20
"""So many times as long as the last call took lie between two at least."""
_BY_HAND = 5.0
"""Seconds between two looks that the user asks for."""


class Pace:
    """When the list was asked for, how long that took, and when the next look may be."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._asked: float | None = None
        """Monotonic; when the latest list was asked for."""
        self._took = 0.0
        self._acted: float | None = None

    def asked(self, begun: float) -> None:
        """The list was asked for at `begun` and is here now."""
        self._asked = begun
        self._took = self._clock.monotonic() - begun

    def acted(self) -> None:
        """Something was changed, so that the next look tells something new."""
        self._acted = self._clock.monotonic()

    def is_after(self, moment: float) -> bool:
        """Whether the latest list was asked for after a moment."""
        return self._asked is not None and self._asked >= moment

    def acted_since(self, moment: float) -> bool:
        """Whether something was changed after a moment."""
        return self._acted is not None and self._acted >= moment

    @property
    def age(self) -> float:
        """Seconds since the list was asked for; without end before the first time, or after an own action."""
        if self._asked is None or (self._acted is not None and self._acted >= self._asked):
            return float("inf")
        return self._clock.monotonic() - self._asked

    def least(self, *, focused: bool) -> float:
        """Seconds at least until the next automatic look."""
        now = self._clock.monotonic()
        base = _FOCUSED if focused else _BLURRED
        if self._acted is not None and now - self._acted < _FOR:
            base = _AFTER_ACT
        return max(base, _TIMES * self._took)

    @property
    def by_hand(self) -> float:
        """Seconds at least until the next look that the user asks for."""
        return _BY_HAND

    @property
    def why(self) -> str:
        """Why so seldom, for the header."""
        return "Slurm sites ask for it"

"""Calls that make up one answer."""

from collections import Counter

import pytest

from tui.domain.errors import NotFound, PlatformDown
from tui.platforms.gather import gather


class Asked:
    """Calls that fail as told: so many times for each item, with that kind of error."""

    def __init__(self, times: dict[int, int], kind: type[PlatformDown] | type[NotFound] = PlatformDown) -> None:
        self._times = times
        self._kind = kind
        self.calls: Counter[int] = Counter()

    async def __call__(self, item: int) -> int:
        """Ten times the item, when it does not fail."""
        self.calls[item] += 1
        if self.calls[item] <= self._times.get(item, 0):
            raise self._kind("et", "reading a batch", "503")
        return 10 * item


async def test_few_that_fail_in_passing_are_asked_once_more() -> None:
    """In the order of the items, whatever came last."""
    asked = Asked({3: 1, 17: 1})
    assert await gather(asked, range(30), 4) == [10 * item for item in range(30)]
    assert asked.calls.total() == 32


async def test_one_that_fails_again_ends_it() -> None:
    """There is no third round."""
    asked = Asked({3: 2})
    with pytest.raises(PlatformDown):
        await gather(asked, range(30), 4)
    assert asked.calls[3] == 2


async def test_a_platform_in_trouble_is_left_alone() -> None:
    """The fourth failure ends the calls that were still to come."""
    asked = Asked(dict.fromkeys(range(30), 9))
    with pytest.raises(PlatformDown):
        await gather(asked, range(30), 4)
    assert asked.calls.total() <= 8


async def test_what_does_not_pass_ends_it_at_once() -> None:
    """An error that a second call would meet again, and a handful of calls, are not asked again."""
    for asked, items in ((Asked({3: 1}, NotFound), range(30)), (Asked({1: 1}), range(3))):
        with pytest.raises((NotFound, PlatformDown)):
            await gather(asked, items, 2)
        assert max(asked.calls.values()) == 1

"""Logs of tasks that went well, as far as somebody read them: what stands in them too explains no failure."""

from collections import OrderedDict
from weakref import WeakKeyDictionary

from tui.domain.log import TAIL_BYTES
from tui.domain.signature import coarse
from tui.domain.signature.lines import lines_of
from tui.domain.text import plain

__all__ = ["GoodLogs", "good_logs"]

_KEPT = 8
"""Logs of an account that are held; the oldest go first."""


class GoodLogs:
    """The ends of successful logs by account; nothing is read for them alone."""

    def __init__(self) -> None:
        self._held: dict[str, OrderedDict[str, bytes]] = {}
        self._lines: dict[str, frozenset[str]] = {}

    def keep(self, account: str, key: str, data: bytes) -> None:
        """Hold what was read of a successful log; `key` says which log it is."""
        held = self._held.setdefault(account, OrderedDict())
        held[key] = data[-TAIL_BYTES:]
        held.move_to_end(key)
        while len(held) > _KEPT:
            held.popitem(last=False)
        self._lines.pop(account, None)

    def lines(self, account: str) -> frozenset[str]:
        """Their lines, masked. It may take 100 ms once something new was kept: not for the event loop."""
        if account not in self._held:
            return frozenset()
        if (found := self._lines.get(account)) is None:
            held = self._held[account].values()
            texts = (plain(data.decode("utf-8", "replace"), 2 * TAIL_BYTES, lines=True) for data in held)
            found = frozenset(coarse(line.text.strip()) for text in texts for line in lines_of(text))
            self._lines[account] = found
        return found


_BESIDE: "WeakKeyDictionary[object, GoodLogs]" = WeakKeyDictionary()


def good_logs(deck: object) -> GoodLogs:
    """What is held beside a deck, for as long as that lives."""
    if (found := _BESIDE.get(deck)) is None:
        found = _BESIDE[deck] = GoodLogs()
    return found

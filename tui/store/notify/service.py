"""Sends what waits in the outbox, and tries again what did not go."""

import asyncio
import contextlib
from collections.abc import Callable

from tui.clock import Clock
from tui.store.history.outbox import Due, Outbox
from tui.store.notify.message import Message
from tui.store.notify.send import NotSent, Senders

__all__ = ["Notifier"]

_EVERY = 5.0
"""Seconds between two looks at what waits."""


class Notifier:
    """One program's sender. Any number of them share the outbox: each message goes out once."""

    def __init__(
        self, outbox: Outbox, senders: Senders, clock: Clock, say: Callable[[str], object] = lambda text: None
    ) -> None:
        self._outbox, self._senders, self._clock, self._say = outbox, senders, clock, say
        self._trouble: dict[str, str] = {}
        self._waits = True
        """Something may wait: an earlier run may have left it."""

    def wake(self) -> None:
        """A message waits."""
        self._waits = True

    async def run(self) -> None:
        """Until cancelled."""
        quiet = 0
        while True:
            # Another program's messages, and those of quiet hours, are found by looking now and then.
            if self._waits or quiet >= 6:
                self._waits, quiet = await self.send_due(), 0
            await self._clock.sleep(_EVERY)
            quiet += 1

    async def send_due(self) -> bool:
        """Send what may go out now; whether something waits for another try."""
        if not self._senders.ways:
            return False
        waiting = False
        for due in await asyncio.to_thread(self._outbox.due, self._clock.now(), self._senders.ways):
            waiting |= not await self._send(due)
        return waiting

    async def _send(self, due: Due) -> bool:
        try:
            message = Message.read(due.message)
        except (ValueError, TypeError, KeyError):
            message = None
        whole = True
        for way in due.ways:
            try:
                if message is not None:
                    await self._senders.send(way, message)
            except NotSent as error:
                whole = False
                if self._trouble.get(way) != str(error):  # said once for as long as it lasts
                    self._trouble[way] = str(error)
                    self._say(f"not told by {way}: {error}; tried again")
                continue
            self._trouble.pop(way, None)
            await asyncio.to_thread(self._outbox.sent, due.key, way)
        if not whole and not await asyncio.to_thread(self._outbox.failed, due, self._clock.now()):
            self._say("a message was not taken for a day and is dropped")
        return whole

    async def finish(self) -> None:
        """Send once more what waits, at the end of a program."""
        with contextlib.suppress(asyncio.CancelledError):
            await self.send_due()

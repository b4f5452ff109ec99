"""What the interface and `watch` share: rules become tests, messages go out, while a deck runs."""

import asyncio
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tui.cli.filters import Filter
from tui.cli.output import say
from tui.cli.wiring import Session
from tui.domain.task import Task
from tui.settings import Settings
from tui.settings.notify import WAYS, quiet_until
from tui.settings.rules import failure_rules
from tui.settings.zones import zone_of
from tui.store.deck import Deck
from tui.store.history.database import History
from tui.store.history.outbox import Outbox
from tui.store.notify.message import Message
from tui.store.notify.send import Senders
from tui.store.notify.service import Notifier
from tui.store.notify.terminal import BELL, notification
from tui.store.watch import Rule, Watcher

__all__ = ["Telling"]

_RENEW = 30.0
"""Seconds after which filters are asked with a new now."""


@dataclass(slots=True)
class Telling:
    """The rules of the configuration at work, over one deck."""

    session: Session
    settings: Settings
    deck: Deck
    history: History
    write: Callable[[str], object] | None = None
    """Sends a sequence to the terminal; None where there is none."""
    focused: Callable[[], bool] = lambda: False
    """Whether the terminal has the user's focus."""
    show: Callable[[Message], object] = lambda message: None
    """Shows a message inside the program, too."""
    complain: Callable[[str], object] = say
    environment: Any = field(default_factory=dict)
    extra: Sequence[tuple[Rule, Filter]] = ()
    """Rules of this run, besides those of the configuration."""
    _filters: list[tuple[Rule, Filter]] = field(default_factory=list)
    watcher: Watcher = field(init=False)
    notifier: Notifier = field(init=False)

    def __post_init__(self) -> None:
        """Build the parts.

        Raises:
            UsageError: A rule's filter cannot be read.
            ConfigError: The rules of failures cannot be used.
        """
        notify = self.settings.notify
        for rule in self.settings.watches:
            wanted = Filter.read((), rule.filter, self.settings.accounts)
            self._filters.append((Rule(rule.name, _nothing, frozenset(rule.on), frozenset(rule.ways)), wanted))
        self._filters += self.extra
        senders = Senders(notify, self.settings.outward, transport=self.session.transport)
        self.notifier = Notifier(Outbox(self.history), senders, self.deck.clock, self.complain)
        zone = zone_of(self.settings.display.zone)
        self.watcher = Watcher(
            self.deck,
            self.history,
            [rule for rule, _ in self._filters],
            failure_rules(self.session.config),
            outward=senders.ways,
            tell=self._tell,
            quiet=lambda now: quiet_until(notify.quiet, now, zone),
            wake=self.notifier.wake,
        )
        self.renew(self.deck.clock.now())

    def renew(self, now: datetime) -> None:
        """Ask the filters with this moment, and with what is known of users and projects now."""
        moment = self.session.moment(self.settings)
        for rule, wanted in self._filters:
            rule.matches = _within(wanted.test(moment, self.deck.me, self.deck.projects), frozenset(wanted.only))

    async def run(self) -> None:
        """Watch and send until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self.watcher.run(), name="watch")
            group.create_task(self.notifier.run(), name="notify")
            group.create_task(self._renewing(), name="renew rules")

    async def _renewing(self) -> None:
        while True:
            await self.deck.clock.sleep(_RENEW)
            self.renew(self.deck.clock.now())

    def _tell(self, message: Message, ways: Collection[str]) -> None:
        self.show(message)
        when = self.settings.notify.terminal
        if self.write is None or when == "never" or (when == "unfocused" and self.focused()):
            return
        if "terminal" in ways:
            self.write(notification(message.title, message.text, self.environment))
        if "bell" in ways and self.settings.notify.bell:
            self.write(BELL)


def _nothing(task: Task) -> bool:
    return False


def _within(test: Callable[[Task], bool], accounts: frozenset[str]) -> Callable[[Task], bool]:
    """The test, of these accounts only where any are named."""
    return (lambda task: task.ref.account in accounts and test(task)) if accounts else test


ALL_WAYS = frozenset(WAYS)
"""Every way there is; those that are not configured do nothing."""

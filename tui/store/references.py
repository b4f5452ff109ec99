"""What a user types for a task: a reference, a pasted web address, the beginning of an id."""

import contextlib
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

from tui.domain.errors import ConfigError, UsageError
from tui.domain.task import TaskRef
from tui.platforms.protocols import Platform
from tui.store.account import AccountHandle
from tui.store.store import Store

__all__ = ["References"]

_ID = re.compile(r"[0-9a-fA-F-]{6,}")
"""The beginning of an id without its account."""


class References:
    """Finds the task that is meant, among the accounts and what is known of them."""

    def __init__(
        self,
        handles: Mapping[str, AccountHandle],
        store: Store,
        opened: Mapping[str, Platform],
        kept: Callable[[str, Sequence[str]], Collection[TaskRef]],
    ) -> None:
        """`kept` finds references by the beginning of their id in what an earlier run left."""
        self._handles = handles
        self._store = store
        self._open = opened
        self._kept = kept

    def resolve(self, text: str) -> TaskRef:
        """The reference.

        Raises:
            UsageError: It is neither, or names an account that is not there.
        """
        text = text.strip()
        if text.startswith(("https://", "http://")):
            return self._of_address(text)
        try:
            ref = TaskRef.parse(text)
        except ValueError as error:
            if _ID.fullmatch(text) and (found := self._beginning(text, tuple(self._handles))) is not None:
                return found
            hint = f"; the filter id:{text} finds its account" if _ID.fullmatch(text) else ""
            raise UsageError(f"{error}{hint}") from None
        if ref.account not in self._handles:
            raise UsageError(f"there is no account {ref.account}; there are {', '.join(self._handles) or 'none'}")
        if not _ID.fullmatch(ref.id) or (whole := self._beginning(ref.id, (ref.account,))) is None:
            return ref
        return replace(whole, job=ref.job)

    def _beginning(self, prefix: str, accounts: Sequence[str]) -> TaskRef | None:
        """The one task known here whose id begins so, as git takes the beginning of a commit's; None where none is.

        Raises:
            UsageError: There are several.
        """
        small, snapshot = prefix.lower(), self._store.snapshot
        feeds = [feed for name, feed in snapshot.feeds.items() if name in accounts]
        feeds += [feed for ref, feed in snapshot.children.items() if ref.account in accounts]
        known = {
            task.ref.task for feed in feeds for task in feed.tasks.values() if task.ref.id.lower().startswith(small)
        }
        known |= set(self._kept(prefix, accounts))
        if len(exact := [ref for ref in known if ref.id.lower() == small]) == 1:
            return exact[0]
        if len(known) > 1:
            several = ", ".join(sorted(map(str, known))[:3])
            raise UsageError(f"{prefix} is the beginning of several ids: {several} and so on; write more of it")
        return next(iter(known), None)

    def _of_address(self, address: str) -> TaskRef:
        for name, handle in self._handles.items():
            with contextlib.suppress(ConfigError):
                platform = self._open.get(name) or handle.connect()
                if (ref := platform.ref_of_url(address)) is not None:
                    return ref
        raise UsageError(f"{address} is not the address of a task on any of the accounts")

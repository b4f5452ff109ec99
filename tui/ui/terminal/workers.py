"""The one way in which an answer reaches a screen that may be gone: a worker of a screen ends with it."""

import asyncio
from collections.abc import Awaitable, Coroutine, Generator
from inspect import isawaitable
from typing import Any

from textual.dom import DOMNode
from textual.worker import Worker
from textual.worker_manager import WorkerManager

__all__ = ["ScreenWorkers"]


class _WhileShown(Awaitable[Any]):
    """A coroutine that gets no further step once the node it works for is on its way out.

    A node is pruned before its workers are cancelled, and its children before it: an answer that comes between would
    go on to widgets that are gone.
    """

    def __init__(self, node: DOMNode, work: Coroutine[Any, Any, Any]) -> None:
        self._node = node
        self._work = work

    def __await__(self) -> Generator[Any, Any, Any]:
        error: BaseException | None = None
        told = False
        while True:
            if not told and not (self._node.is_running and self._node.is_attached and not self._node._pruning):
                error, told = asyncio.CancelledError(), True
            try:
                waits = self._work.send(None) if error is None else self._work.throw(error)
            except StopIteration as end:
                return end.value
            try:
                yield waits
                error = None
            except BaseException as raised:
                error = raised


class ScreenWorkers(WorkerManager):
    """Makes every asynchronous worker of a screen or widget, whoever starts it, one of that kind.

    Workers of the application itself go on until it ends: an action that was confirmed is sent though the user looks
    elsewhere.
    """

    def _new_worker(self, work: Any, node: DOMNode, *, thread: bool = False, **named: Any) -> "Worker[Any]":
        if not thread and node is not self._app:
            named["description"] = named.get("description") or repr(work)

            async def shown(given: Any = work) -> Any:
                coming: Any = given if isawaitable(given) else given()
                return await _WhileShown(node, coming)

            named["name"] = named.get("name") or getattr(work, "__name__", "")
            return super()._new_worker(shown, node, thread=thread, **named)
        return super()._new_worker(work, node, thread=thread, **named)

"""The good task that another is compared with: a sibling before the last success, and only on its own account."""

from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType

from tests.support.memory_deck import BATCH, NOW, make_batch, make_children, make_task
from tui.domain.status import TaskStatus
from tui.domain.task import Task, TaskRef
from tui.store.good_task import good_for
from tui.store.snapshot import Feed, Snapshot


def run(account: str, id_: str, status: TaskStatus, ended: int) -> Task:
    task = make_task(TaskRef(account, id_), status=status)
    return replace(task, ended=NOW - timedelta(hours=ended))


def held(*tasks: Task, children: tuple[Task, ...] = ()) -> Snapshot:
    accounts = {task.ref.account for task in tasks}
    feeds = {name: Feed(tasks={str(t.ref): t for t in tasks if t.ref.account == name}) for name in accounts}
    inside = {BATCH: Feed(tasks={str(child.ref): child for child in children})} if children else {}
    return Snapshot(MappingProxyType(feeds), MappingProxyType(inside))


def test_a_task_that_stands_alone_has_the_last_success_of_its_app() -> None:
    bad = run("a", "bad", TaskStatus.FAILED, 1)
    older, newer = run("a", "older", TaskStatus.DONE, 9), run("a", "newer", TaskStatus.DONE, 2)
    assert good_for(bad, held(bad, older, newer)) == newer
    assert good_for(bad, held(bad)) is None


def test_a_success_on_another_account_is_not_compared_with() -> None:
    bad, other = run("a", "bad", TaskStatus.FAILED, 1), run("b", "good", TaskStatus.DONE, 2)
    assert good_for(bad, held(bad, other)) is None


def test_a_child_has_its_nearest_good_sibling_as_long_as_its_batch_is_known() -> None:
    children = tuple(make_children(40))
    bad = next(child for child in children if child.status is TaskStatus.FAILED)
    good = good_for(bad, held(make_batch(list(children)), children=children))
    assert good is not None
    assert good.status is TaskStatus.DONE
    assert good in children
    assert bad.index is not None
    assert good.index is not None

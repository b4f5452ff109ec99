"""The one owner of what is known."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.domain.samples import NOW, make, make_job
from tui.domain.action import Verb
from tui.domain.status import TaskStatus as S
from tui.domain.task import Task, TaskRef
from tui.store.snapshot import Change, Problem
from tui.store.store import Store
from tui.store.task_map import Table


def told(store: Store) -> list[Change]:
    changes: list[Change] = []
    store.subscribe(changes.append)
    return changes


def test_what_is_merged_is_in_the_snapshot_and_told() -> None:
    """One frozen snapshot a change, with the tasks and lists it touched; an older snapshot stays as it was."""
    store = Store(["cgc"])
    changes, before = told(store), store.snapshot
    store.merge("cgc", [make("a"), make("b")], begun=store.begin(), total=2)
    assert [c.touched for c in changes] == [{TaskRef("cgc", "a"), TaskRef("cgc", "b")}]
    assert changes[0].feeds == {"cgc"}
    assert changes[0].snapshot is store.snapshot
    assert store.snapshot.feeds["cgc"].total == 2
    assert before.feeds["cgc"].tasks == {}
    assert store.snapshot.serial == before.serial + 1


def test_an_equal_answer_wakes_nobody() -> None:
    """Also when it was asked for at another moment."""
    store = Store(["cgc"])
    store.merge("cgc", [make("a")], begun=store.begin())
    changes = told(store)
    store.merge("cgc", [make("a", fetched=NOW + timedelta(hours=1))], begun=store.begin())
    store.update("cgc", total=None)
    store.mark(TaskRef("cgc", "a"), None)
    assert changes == []


def test_an_answer_older_than_an_action_is_dropped() -> None:
    """A poll that was under way brings neither the old status back nor takes the new task away."""
    store = Store(["cgc"])
    store.merge("cgc", [make("a")], begun=store.begin())
    poll = store.begin()
    store.acted(make("a", status=S.FINISHING, native_status="ABORTING"))
    store.acted(make("new"))
    store.merge("cgc", [make("a")], begun=poll, gone=[TaskRef("cgc", "new")])
    assert store.feed("cgc").tasks["cgc:a"].status is S.FINISHING
    assert "cgc:new" in store.feed("cgc").tasks
    store.merge("cgc", [make("a", status=S.ABORTED)], begun=store.begin())
    assert store.feed("cgc").tasks["cgc:a"].status is S.ABORTED


def test_a_removed_task_stays_away_until_a_newer_answer_has_it() -> None:
    """`touch` does the same for an action that told no state."""
    store = Store(["cgc"])
    store.merge("cgc", [make("a"), make("b")], begun=store.begin())
    poll = store.begin()
    store.remove(TaskRef("cgc", "a"))
    store.touch(TaskRef("cgc", "b"))
    store.merge("cgc", [make("a"), make("b", status=S.DONE)], begun=poll)
    assert list(store.feed("cgc").tasks) == ["cgc:b"]
    assert store.feed("cgc").tasks["cgc:b"].status is S.RUNNING
    store.merge("cgc", [make("a")], begun=store.begin())
    assert "cgc:a" in store.feed("cgc").tasks


def test_children_are_put_where_they_are_held() -> None:
    """An action's answer reaches an open batch; a child of a closed one, and a job, stay out of the list."""
    batch, store = TaskRef("cgc", "batch"), Store(["cgc"])
    store.merge(batch, [make("child", parent=batch)], begun=store.begin())
    store.acted(make("child", parent=batch, status=S.ABORTED))
    store.acted(make("other", parent=batch))
    store.acted(make_job())
    assert store.feed(batch).tasks["cgc:child"].status is S.ABORTED
    assert store.feed("cgc").tasks == {}
    assert store.snapshot.task(TaskRef("cgc", "child")) is not None
    store.close(batch)
    assert store.snapshot.task(TaskRef("cgc", "child")) is None
    assert store.feed(batch).tasks == {}


def test_the_change_we_saw_counts_as_updated() -> None:
    """Where the platform tells no time of change; a final task's end tells it."""
    store = Store(["cgc"])
    later = NOW + timedelta(minutes=5)

    def put(**fields: Any) -> Task:
        store.merge("cgc", [make("a", created=NOW, **fields)], begun=store.begin())
        return store.feed("cgc").tasks["cgc:a"]

    assert put().updated == NOW
    assert put(status=S.FINISHING, fetched=later).updated == later
    assert put(status=S.FINISHING, name="renamed", fetched=later + timedelta(1)).updated == later
    assert put(status=S.DONE, ended=NOW + timedelta(1), fetched=later + timedelta(9)).updated == NOW + timedelta(1)
    assert put(status=S.DONE, ended=NOW + timedelta(1), changed=NOW + timedelta(2)).updated == NOW + timedelta(2)


def test_marks_problems_and_listeners() -> None:
    """A mark appears and clears; the same problem is kept once and is taken back by account; who left hears nothing."""
    store, ref = Store(["cgc"]), TaskRef("cgc", "a")
    changes: list[Change] = []
    end = store.subscribe(changes.append)
    store.mark(ref, Verb.ABORT)
    assert store.snapshot.in_flight == {ref: Verb.ABORT}
    store.mark(ref, None)
    assert store.snapshot.in_flight == {}
    for account in ("cgc", None, "cgc"):
        store.problem(Problem(account, "what"))
    assert len(store.snapshot.problems) == 2
    store.solved("what", "cgc")
    assert store.snapshot.problems == (Problem(None, "what"),)
    store.solved("what")
    assert store.snapshot.problems == ()
    heard = len(changes)
    end()
    end()
    store.mark(ref, Verb.RUN)
    assert len(changes) == heard


STEPS = st.lists(
    st.tuples(st.dictionaries(st.integers(0, 700).map(str), st.integers(0, 3), max_size=30),
              st.sets(st.integers(0, 700).map(str))),
    max_size=25,
)  # fmt: skip


@given(STEPS)
def test_a_table_is_a_mapping_whose_old_copies_stay(steps: list[tuple[dict[str, int], set[str]]]) -> None:
    """After any changes it equals the dictionary with the same changes, and so does every copy made on the way."""
    table, model = Table(), dict[str, Any]()
    kept: list[tuple[Table, Mapping[str, Any]]] = []
    for put, gone in steps:
        tasks = {name: make(name, index=value) for name, value in put.items()}
        kept.append((table, dict(model)))
        table = table.changed(tasks, gone)
        model.update(tasks)
        for name in gone:
            model.pop(name, None)
        assert dict(table) == model
        assert len(table) == len(model)
        assert {t.ref.id for t in table.values()} == set(model)
    for old, then in kept:
        assert dict(old) == then


def test_a_table_forgets_the_places_of_what_is_gone() -> None:
    """A list that is replaced over and over does not grow (R32)."""
    table = Table()
    for day in range(200):
        table = table.changed(
            {f"{day}-{n}": make(f"{day}-{n}") for n in range(50)}, [f"{day - 1}-{n}" for n in range(50)]
        )
    assert len(table) == 50
    assert len(table._places) < 1_000
    assert [name.split("-")[1] for name in table] == [str(n) for n in range(50)]


def test_p7_a_thousand_changes_do_not_copy_the_list() -> None:
    """Among 20,000 tasks a changed copy shares all chunks but those it changes."""
    big = Table({str(n): make() for n in range(20_000)})
    changed = big.changed({"7": make("x")})
    assert sum(a is not b for a, b in zip(big._chunks, changed._chunks, strict=True)) == 1

"""Each empty list says why it is empty."""

from datetime import timedelta

import pytest

from tests.support.memory_deck import NOW, make_task
from tui.domain.errors import AuthRefused, Forbidden, PlatformError, Unreachable
from tui.domain.query import parse
from tui.domain.task import TaskRef
from tui.store.snapshot import Feed, Snapshot
from tui.ui.present.empty import empty_text
from tui.ui.present.filter_history import Place


def feed(number: int = 0, **fields: object) -> Feed:
    tasks = {f"cgc:{n}": make_task(TaskRef("cgc", str(n))) for n in range(number)}
    return Feed(tasks=tasks, **({"fetched": NOW, "complete": True} | fields))  # type: ignore[arg-type]


def said(feed: Feed, place: Place | None = None, size: int = 0) -> list[str]:
    return empty_text(Snapshot({"cgc": feed}), place or Place(), size, NOW)


def test_an_account_without_tasks_says_that_there_are_none_yet() -> None:
    assert said(feed()) == ["cgc: no tasks yet"]


def test_a_filter_says_how_many_it_hides_and_how_to_see_them() -> None:
    place = Place("name:x", parse("name:x"))
    assert said(feed(212), place, 212) == ["nothing matches: the filter hides 212 tasks", "esc shows all"]
    assert said(feed(1), Place(failed=True), 1)[0] == "nothing matches: F hides 1 task"


def test_while_pages_are_missing_it_says_which_and_that_a_match_may_come() -> None:
    loading = feed(200, loading=True, complete=False, total=3204)
    assert said(loading) == ["cgc: loading page 3 of 33   (200 of 3,204 tasks)"]
    place = Place("name:x", parse("name:x"))
    assert said(loading, place, 200)[-2:] == [
        "not everything is here yet:",
        "cgc: loading page 3 of 33   (200 of 3,204 tasks)",
    ]
    assert said(feed(fetched=None, complete=False)) == ["cgc: loading 0"]


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (Forbidden("cgc", "listing tasks", "you are no member"), "no right to see its tasks: you are no member"),
        (AuthRefused("cgc", "listing tasks", "401"), "! says how to renew it"),
        (Unreachable("cgc", "listing tasks", "no route"), "no route, next try in 28s"),
    ],
)
def test_r25_an_outage_is_never_shown_as_no_tasks(error: PlatformError, words: str) -> None:
    lines = said(feed(error=error, fetched=None, complete=False, next_try=NOW + timedelta(seconds=28)))
    assert words in lines[0]
    assert "no tasks" not in lines[0]

"""What the list is asked, without a screen: filter, account, order, views, the way back."""

from types import MappingProxyType
from typing import Any, cast

import pytest

from tests.support.memory_deck import NOW
from tests.ui.list_gallery import ListDeck, shown
from tui.domain.errors import UsageError
from tui.domain.query import QueryError
from tui.domain.status import TaskStatus
from tui.settings.saved import SavedView
from tui.store.snapshot import Feed, Snapshot
from tui.ui.task_query import TaskQuery


def query() -> TaskQuery:
    made = TaskQuery(cast(Any, ListDeck()), lambda: NOW)
    made.snapshot = shown("full")
    made.listing.take(made.snapshot, made.context)
    return made


def names(made: TaskQuery) -> list[str]:
    return [made.listing.tasks[key].name for key in made.listing.rows]


def test_a_filter_leaves_its_rows_and_the_way_back_leads_to_all() -> None:
    made = query()
    everything = names(made)
    made.go(made.filtered(" cell "))
    assert names(made)
    assert all("cell" in name.lower() for name in names(made))
    back = made.trail.go(-1)
    assert back is not None
    made.go(back, keep=False)
    assert names(made) == everything


def test_a_filter_that_cannot_be_read_changes_nothing() -> None:
    made = query()
    before = made.place
    with pytest.raises(QueryError):
        made.go(made.filtered("status:("))
    assert made.place == before


def test_only_an_account_that_is_there_can_be_chosen() -> None:
    made = query()
    account = next(iter(made.snapshot.feeds))
    made.go(made.scoped(account))
    assert {made.listing.tasks[key].ref.account for key in made.listing.rows} == {account}
    with pytest.raises(UsageError, match="there is no account nowhere"):
        made.scoped("nowhere")


def test_the_same_column_again_turns_the_order_round() -> None:
    made = query()
    made.go(made.sorted_by("name"))
    ascending = names(made)
    made.go(made.sorted_by("name"))
    assert names(made) == list(reversed(ascending))
    assert made.place.sort[0].descending
    with pytest.raises(UsageError):
        made.sorted_as("no-such-column")


def test_a_view_is_left_as_it_was_and_found_so_again() -> None:
    made = query()
    made.views["bad"] = SavedView("bad", "status:failed", "name")
    assert made.leave_view("bad") is None
    made.go(made.place_of("bad", made.saved("bad")))
    assert {made.listing.tasks[key].status for key in made.listing.rows} <= {TaskStatus.FAILED}
    made.go(made.filtered("status:failed cell"))
    assert made.leave_view(None) is not None
    made.go(made.place_of(None, made.saved(None)))
    again = made.leave_view("bad")
    assert again is not None
    assert again.query == "status:failed cell"
    with pytest.raises(UsageError, match="there is no view lost"):
        made.saved("lost")


def test_what_is_shown_is_saved_under_a_name_with_what_F_leaves_out() -> None:
    made = query()
    made.go(made.filtered("cell"))
    made.place = type(made.place)(made.place.query, made.place.node, failed=True)
    assert made.as_view("kept", ("name",)) == SavedView(
        "kept", "cell status:failed", str(made.place.sort[0]), ("name",)
    )


def test_marked_rows_are_found_shown_or_not() -> None:
    made = query()
    keys = made.matching("cell")
    assert keys
    made.marks |= set(keys)
    made.go(made.filtered("mark:yes"))
    assert set(made.listing.rows) == set(keys)


def test_nothing_is_counted_as_known_before_every_account_in_scope_has_answered() -> None:
    made = query()
    assert made.known
    made.snapshot = Snapshot(MappingProxyType({"new": Feed()}))
    assert not made.known


def test_esc_leads_to_everything_once() -> None:
    made = query()
    assert made.everything() is None
    made.go(made.filtered("cell"))
    place = made.everything()
    assert place is not None
    made.go(place)
    assert made.everything() is None


def test_a_term_is_added_to_a_filter_without_changing_what_it_means() -> None:
    made = query()
    made.go(made.filtered("cell"))
    assert made.within("app:x") == "cell app:x"
    made.go(made.filtered("cell | star"))
    assert made.within("app:x") == "(cell | star) app:x"

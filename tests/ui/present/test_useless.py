"""Which keys of the list lead nowhere."""

from typing import Any

import pytest

from tests.support.memory_deck import BATCH, make_task
from tui.domain.status import TaskStatus
from tui.domain.task import Kind, Tally, TaskRef
from tui.ui.keymap import of_screen
from tui.ui.present.availability import LEADING, why_useless
from tui.ui.present.keys import key_pieces
from tui.ui.present.successes import Successes

BATCHED = {"kind": Kind.BATCH, "status": TaskStatus.RUNNING}


@pytest.mark.parametrize(
    ("action", "fields", "why"),
    [
        ("batch", {}, "not a batch, and not in one; the filter kind:batch shows the batches"),
        ("batch", {"parent": BATCH}, ""),
        ("batch", BATCHED, ""),
        ("log", {"status": TaskStatus.DRAFT}, "it has not run, so there is no log"),
        ("log", {"status": TaskStatus.QUEUED}, "it has not run, so there is no log"),
        ("log", {"status": TaskStatus.RUNNING}, ""),
        ("triage", {**BATCHED, "counts": Tally(done=3)}, "none of its children failed"),
        ("triage", {**BATCHED, "counts": Tally(done=3, failed=1)}, ""),
        ("triage", {"status": TaskStatus.DONE}, ""),
        ("raw", {}, ""),
    ],
)
def test_a_key_that_leads_nowhere_says_why(action: str, fields: dict[str, Any], why: str) -> None:
    assert why_useless(action, make_task(**fields)) == why


def test_look_5_a_key_that_leads_nowhere_is_absent_and_makes_room_for_others() -> None:
    plain = key_pieces(of_screen("tasks"), 80)
    fewer = key_pieces(of_screen("tasks"), 80, {f"tasks.{name}" for name in LEADING})
    assert {"E", "l"} <= {text for text, _ in plain}
    assert not {"E", "l"} & {text for text, _ in fewer}
    assert ("D", "key") not in key_pieces(of_screen("tasks"), 160, {"tasks.diff"})


def test_a_diff_needs_a_success_of_the_same_app() -> None:
    done = make_task(TaskRef("cav", "done"), status=TaskStatus.DONE)
    failed, other = make_task(), make_task(app="rfranklin/kf-brain/other/1")
    later = make_task(app="rfranklin/kf-brain/gatk-joint/15")
    known = Successes([done])
    assert why_useless("diff", failed, known) == why_useless("diff", later, known) == ""
    assert why_useless("diff", failed) == "", "where nobody knows, it is tried"
    assert "no success of the same app" in why_useless("diff", other, known)
    assert "no success of the same app" in why_useless("diff", done, known), "it is not compared with itself"
    assert why_useless("diff", make_task(app=None, parent=BATCH), known) == "", "its siblings may have one"
    known.count(done, -1)
    assert why_useless("diff", failed, known)

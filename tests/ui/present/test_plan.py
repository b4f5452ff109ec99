"""What a dialog and a menu say of a target."""

from datetime import timedelta

from tests.support.memory_deck import NOW, make_task
from tui.domain.status import TaskStatus
from tui.ui.present.format import status_text
from tui.ui.present.plan import target_lines


def test_u14_a_span_behind_a_final_status_says_whether_it_is_an_age_or_a_running_time() -> None:
    """The menu says it as every header does."""
    over = make_task()
    assert target_lines(over, NOW)[0] == "wgs-joint-call chr1-22   FAILED 41m ago   ran 1h17m   6.90 USD"
    assert status_text(over, NOW) in target_lines(over, NOW)[0]
    going = make_task(status=TaskStatus.RUNNING, ended=None, started=NOW - timedelta(hours=3), price=None)
    assert target_lines(going, NOW)[0] == "wgs-joint-call chr1-22   RUNNING 3h"

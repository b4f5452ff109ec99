"""The end of a log beside something else."""

import pytest

from tui.domain.status import TaskStatus
from tui.ui.present.log_tail import tail_lines


def test_the_line_that_tells_why_stands_out_among_what_only_sounds_like_it() -> None:
    """Warnings are no failures, and what the failure line is, the signatures say."""
    lines = (
        "INFO 0 errors so far",
        "WARN 12 reads without mate were skipped",
        "S3Client - AccessDenied (403)",
        "INFO bye",
    )
    drawn = tail_lines(lines, 24, "  ")
    assert [line.plain for line in drawn] == [
        "  INFO 0 errors so far",
        "  WARN 12 reads without~",
        "  S3Client - AccessDeni~",
        "  INFO bye",
    ]
    assert [str(line.spans[0].style) if line.spans else "" for line in drawn] == [
        "$dim",
        "$warn",
        "bold $fail",
        "$dim",
    ]


@pytest.mark.parametrize(
    ("status", "told"), [(TaskStatus.FAILED, True), (TaskStatus.RUNNING, False), (TaskStatus.DONE, False)]
)
def test_w08_how_the_task_ended_decides_about_a_line_that_work_followed(status: TaskStatus, told: bool) -> None:
    """The same words: why it failed, or what a run got over."""
    drawn = tail_lines(("cp: cannot stat 'a.conf': No such file or directory", "lane 4 read"), 60, status=status)
    assert (str(drawn[0].spans[0].style) == "bold $fail") is told


def test_w13_long_lines_are_cut_before_they_are_searched() -> None:
    """A line of a megabyte is not looked at whole while keys wait; what stands at its begin still tells."""
    drawn = tail_lines(("step 1", f"Error: disk quota exceeded {'x' * 1_000_000}"), 40)
    assert str(drawn[1].spans[0].style) == "bold $fail"

"""The end of a log beside something else."""

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

"""What was probably not meant."""

import pytest

from tui.domain.query import parse, status_hint


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("draft", "draft"), ("project:luad !Done", "done"), ("(bwa | queued) cost>1", "queued"),
        ('"draft"', ""), ("draft-tube", ""), ("status:draft", ""), ("drafts", ""), ("failed", ""), ("", ""),
    ],
)  # fmt: skip
def test_a_status_as_a_plain_word_is_noticed(text: str, word: str) -> None:
    """Wherever it stands; in quotes, behind a field, inside another word or as a view it is what it says."""
    hint = status_hint(text, parse(text, {"failed": None}))
    assert (f"status:{word} finds the status" in hint) if word else hint == ""

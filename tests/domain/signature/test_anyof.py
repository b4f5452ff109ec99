"""Many expressions as one: the words that are looked for first never hide a match."""

import re

import pytest

from tests.corpus.halves import failures
from tui.domain.signature import noise, tiers
from tui.domain.signature.anyof import AnyOf, needle


@pytest.mark.parametrize(
    ("pattern", "word"),
    [
        (r"\bmanifest\sunknown", "manifest"),
        (r"\bout of (?:memory|disk)\b", "out of "),
        (r"with errorcodes?", "with errorcode"),
        (r"node failure|preempted", ""),
        (r"(?:node failure|preempted)", ""),
        (r"[a-z]{2,40}", ""),
        (r"\Acurl: \(\d+\)", "curl: ("),
        (r"\[Errno -?\d+\]", "[errno "),
    ],
)
def test_the_word_is_in_every_text_that_matches(pattern: str, word: str) -> None:
    """Only letters that cannot be left out count; none is better than a wrong one."""
    assert needle(pattern) == word


@pytest.mark.parametrize("rules", [noise.NOISE, noise.BENIGN, noise.SUCCESS, tiers.CAUSES, tiers.WRAPPERS])
def test_it_finds_what_one_long_expression_finds(rules: AnyOf) -> None:
    """On every different line of the building half."""
    whole = re.compile("|".join(rules.patterns), rules.flags)
    lines = {line for log in failures(check=False) if log.run == 0 for line in log.text.splitlines()}
    assert [line for line in lines if bool(rules.search(line)) != bool(whole.search(line))] == []

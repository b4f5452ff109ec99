"""YAML that every reader takes for the values it was made of."""

from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.domain.yaml import yaml_text

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner),
    max_leaves=12,
)
ODD = ("no", "Yes", "null", "~", "1e3", "0x1f", "2026-01-01", "12:30", "", " a", "a: b", "# x", "\x1b[31m")


@settings(derandomize=True, deadline=None)
@given(VALUES)
def test_w16_what_is_read_back_is_what_was_written(value: Any) -> None:
    for ascii in (False, True):
        text = yaml_text(value, ascii=ascii)
        assert yaml.safe_load(text) == value
        assert all(line.isprintable() for line in text.splitlines()) or not text.isascii()
        assert text.isascii() or not ascii


@pytest.mark.parametrize("text", ODD)
def test_w16_words_that_mean_something_else_are_quoted(text: str) -> None:
    written = yaml_text({"key": text, text or "e": [text]})
    assert yaml.safe_load(written) == {"key": text, text or "e": [text]}
    assert "\x1b" not in written

"""Lines of words."""

from tests.support.waiting import calls
from tui.ui.widgets.words import _laid_out


def test_a_word_without_end_is_cut_at_once() -> None:
    """What was pasted into the prompt is said in the message line; cutting it by a letter at a time took minutes."""
    pasted = ([("no command ", ""), ("x" * 1_000_000, "warn")], [("right", "")])
    assert _laid_out(pasted, 40) == [
        ("no command ", ""), ("x" * 22 + "~", "warn"), (" ", ""), ("right", ""),
    ]  # fmt: skip
    assert calls(lambda: _laid_out(pasted, 40)) < 1_000
    assert _laid_out(([("\u5b57" * 1_000, "")], []), 10) == [("\u5b57" * 4 + "~", ""), (" ", "")]

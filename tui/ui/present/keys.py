"""The line of keys, made from the key map."""

from collections.abc import Container, Iterable

from tui.ui.keymap import Action
from tui.ui.widgets.words import Piece, cells

__all__ = ["key_pieces"]


def key_pieces(actions: Iterable[Action], width: int, grey: Container[str] = ()) -> list[Piece]:
    """First key and label of the actions that are shown, as many as there is room for.

    Args:
        grey: Ids of actions that lead nowhere just now.
    """
    gap = "  " if width < 100 else "   "
    pieces: list[Piece] = []
    shown = [a for a in actions if a.footer == 1 or (a.footer == 2 and width >= 100)]
    for action in shown:
        key = action.shown_keys.split(" ")[0]
        more: list[Piece] = [(key, "dim" if action.id in grey else "key"), (f" {action.label}{gap}", "dim")]
        if cells(pieces) + cells(more) - len(gap) > width:
            break
        pieces += more
    return pieces

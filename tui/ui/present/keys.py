"""The line of keys, made from the key map."""

from collections.abc import Container, Iterable
from itertools import groupby

from rich.cells import cell_len

from tui.ui.keymap import Action
from tui.ui.widgets.words import Piece, cells

__all__ = ["key_pieces", "keys_line"]


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


def keys_line(actions: Iterable[Action], width: int) -> str:
    """What is shown of a screen's keys, first those that always are; as many as there is room for.

    Neighbours of one label stand together: `n/N failure`, `0-5 since`.
    """
    said = ""
    ranked = sorted((action for action in actions if action.footer), key=lambda action: action.footer)
    for label, alike in groupby(ranked, key=lambda action: action.label):
        keys = [action.shown_keys.split(" ")[0] for action in alike]
        key = f"{keys[0]}-{keys[-1]}" if len(keys) > 2 else "/".join(keys)
        longer = f"{said}  {key} {label}" if said else f"{key} {label}"
        if cell_len(longer) > width:
            break
        said = longer
    return said

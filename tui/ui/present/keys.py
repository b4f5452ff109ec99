"""The line of keys, made from the key map."""

from collections.abc import Container, Iterable
from itertools import groupby

from tui.ui.keymap import Action
from tui.ui.present.text import Piece, cells

__all__ = ["key_pieces"]


def key_pieces(actions: Iterable[Action], width: int, useless: Container[str] = ()) -> list[Piece]:
    """Key and label of what is shown of a screen's keys: those that matter most as far as there is room, in the order
    of the key map.

    Neighbours of one label stand together: `n/N failure`, `0-5 since`.

    Args:
        useless: Ids of actions that lead nowhere just now; the line is for what works.
    """
    gap = "  " if width < 100 else "   "
    shown = (action for action in actions if action.footer and action.id not in useless)
    alike = [tuple(same) for _, same in groupby(shown, key=lambda action: (action.footer, action.label))]
    pairs = [_pair(same, gap) for same in alike]
    chosen: set[int] = set()
    room = width + len(gap)
    for place in sorted(range(len(alike)), key=lambda place: alike[place][0].footer):
        if (room := room - cells(pairs[place])) < 0:
            break
        chosen.add(place)
    pieces = [piece for place in sorted(chosen) for piece in pairs[place]]
    if cells(pieces) > width:  # the gap behind the last one must not cut its label where the line is full
        pieces[-1] = (pieces[-1][0].rstrip(), pieces[-1][1])
    return pieces


def _pair(alike: tuple[Action, ...], gap: str) -> list[Piece]:
    keys = [action.shown_keys.split(" ")[0] for action in alike]
    key = f"{keys[0]}-{keys[-1]}" if len(keys) > 2 else "/".join(keys)
    return [(key, "key"), (f" {alike[0].label}{gap}", "dim")]

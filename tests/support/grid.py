"""What a terminal would show of the bytes it was sent: characters and looks, cell by cell."""

import re

from rich.cells import cell_len

__all__ = ["Grid"]

_PIECE = re.compile(
    r"\x1b\[(?P<args>[\d;?<>=]*)(?P<end>[ -/]*[@-~])|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)"
    r"|\x1b[P_^].*?\x1b\\|\x1b[ -/]*[0-~]|(?P<control>[\x00-\x1f])|(?P<char>[^\x00-\x1f])",
    re.DOTALL,
)
_ENDS = {22: {1, 2}, 23: {3}, 24: {4}, 25: {5, 6}, 27: {7}, 28: {8}, 29: {9}}


class Grid:
    """As much of a terminal as a screen program needs."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self.chars = [[" "] * width for _ in range(height)]
        self.looks = [[("", "", "")] * width for _ in range(height)]
        self.x = self.y = 0
        self._attributes: set[int] = set()
        self._fore = self._back = ""

    def feed(self, text: str) -> None:
        """Do what the bytes say."""
        for piece in _PIECE.finditer(text):
            if piece["end"] == "H":
                y, x = (piece["args"] or "1;1").split(";")
                self.y, self.x = int(y) - 1, int(x) - 1
            elif piece["end"] == "m":
                self._style([int(code or 0) for code in piece["args"].split(";")])
            elif piece["control"] == "\n":
                self.y += 1
            elif piece["control"] == "\r":
                self.x = 0
            elif piece["char"]:
                self._put(piece["char"])

    def _put(self, char: str) -> None:
        size = cell_len(char)
        if not (0 <= self.y < self.height and self.x < self.width):
            return
        if size == 0:
            self.chars[self.y][max(0, self.x - 1)] += char
            return
        for place in range(self.x, min(self.width, self.x + size)):
            self.chars[self.y][place] = char if place == self.x else ""
            self.looks[self.y][place] = (";".join(map(str, sorted(self._attributes))), self._fore, self._back)
        self.x += size

    def _style(self, codes: list[int]) -> None:
        while codes:
            code = codes.pop(0)
            if code == 0:
                self._attributes, self._fore, self._back = set(), "", ""
            elif code in {38, 48}:
                count = 4 if codes[0] == 2 else 2
                colour, codes = ";".join(map(str, [code, *codes[:count]])), codes[count:]
                self._fore, self._back = (colour, self._back) if code == 38 else (self._fore, colour)
            elif 30 <= code <= 39 or 90 <= code <= 97:
                self._fore = "" if code == 39 else str(code)
            elif 40 <= code <= 49 or 100 <= code <= 107:
                self._back = "" if code == 49 else str(code)
            elif code in _ENDS:
                self._attributes -= _ENDS[code]
            else:
                self._attributes.add(code)

    def seen(self) -> list[list[tuple[str, tuple[str, str, str]]]]:
        """What the eye sees: the colour of a blank's letter is not seen."""
        rows = []
        for chars, looks in zip(self.chars, self.looks, strict=True):
            row = []
            for char, (attributes, fore, back) in zip(chars, looks, strict=True):
                blank = char == " " and not set(attributes.split(";")) - {"", "1", "2", "3"}
                row.append((char, ("", "", back) if blank else (attributes, fore, back)))
            rows.append(row)
        return rows

    @property
    def text(self) -> str:
        """The characters, without blanks at the ends of lines."""
        return "\n".join("".join(row).rstrip() for row in self.chars)

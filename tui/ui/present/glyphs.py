"""Every character above ASCII that the interface draws, each one cell wide, with the ASCII character that replaces it.

One cell replaces one cell, so that nothing moves when the terminal can show less.
"""

from collections.abc import Mapping
from types import MappingProxyType

from tui.domain.status import TaskStatus

__all__ = [
    "ASCII", "BAR", "BASIC", "COLUMNS", "CRUMB", "CURSOR", "CUT", "DOT", "FOCUS", "HERE", "MARK", "MEDIAN",
    "MEDIAN_RUN", "MISSING", "RULE", "SIDE", "SORTED_DOWN", "SORTED_UP", "STARTING", "STATUS", "TRACK", "UPLOAD",
]  # fmt: skip

STATUS: Mapping[TaskStatus, str] = MappingProxyType(
    {
        TaskStatus.DRAFT: "◌",
        TaskStatus.QUEUED: "○",
        TaskStatus.STARTING: "◔",
        TaskStatus.RUNNING: "●",
        TaskStatus.FINISHING: "◕",
        TaskStatus.DONE: "✓",
        TaskStatus.FAILED: "✗",
        TaskStatus.ABORTED: "⊘",
        TaskStatus.UNKNOWN: "?",
    }
)
"""Shape says what a status is, colour only repeats it."""
BAR, TRACK = "━", "╌"
"""The drawn part of a bar, and the rest of its width."""
STARTING, UPLOAD = "▒", "╍"
"""In a timeline: the machine is being made ready; results are being stored."""
COLUMNS = "▁▂▃▄▅▆▇█"
"""Heights of a column in eighths, the lowest first."""
CURSOR, MARK = "▌", "◆"
"""In the gutter of a row."""
SORTED_DOWN, SORTED_UP = "▾", "▴"
CUT, MISSING, CRUMB = "…", "·", "▸"
"""The end of a text that was cut; a value that is not reported; between two screens of the breadcrumb."""
HERE, MEDIAN, MEDIAN_RUN = "▲", "┊", "┿"
"""This one in a chart; the median, and the median inside a bar."""
RULE, FOCUS, SIDE = "─", "━", "│"
"""Between panes; above the pane that has the keys; between two columns of panes."""
DOT = "●"
"""An account's state."""

ASCII: Mapping[str, str] = MappingProxyType(
    {
        "◌": "d", "○": ".", "◔": "s", "●": "r", "◕": "u", "✓": "#", "✗": "X", "⊘": "x",
        "━": "=", "╌": "-", "▒": "i", "╍": "=",
        "▁": "1", "▂": "2", "▃": "3", "▄": "4", "▅": "5", "▆": "6", "▇": "7", "█": "8",
        "▌": ">", "◆": "*", "▾": "v", "▴": "^", "…": "~", "·": "-", "▸": ">",
        "▲": "^", "┊": ":", "┿": ":", "─": "-", "│": "|",
        "╭": "+", "╮": "+", "╰": "+", "╯": "+", "┃": "|", "┬": "+", "┴": "+", "├": "+", "┤": "+", "┼": "+",
        "┏": "+", "┓": "+", "┗": "+", "┛": "+", "┌": "+", "┐": "+", "└": "+", "┘": "+",
    }
)  # fmt: skip
"""For terminals without UTF-8, for `TERM=linux` and for `display.glyphs = "ascii"`."""
BASIC: Mapping[str, str] = MappingProxyType(
    {"◌": "○", "◔": "○", "◕": "●", "⊘": "ø", "✓": "√", "✗": "×", "╌": "─", "╍": "═", "◆": "♦", "▾": "▼", "▴": "▲",
     "▸": ">", "┊": "│", "┿": "┼"}
)  # fmt: skip
"""For fonts that lack the rarer ones; what is not named here stays."""

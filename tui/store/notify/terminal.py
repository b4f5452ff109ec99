"""The terminal's own notifications: which sequence which terminal understands, and what may stand in it."""

from collections.abc import Mapping

from tui.domain.text import plain

__all__ = ["BELL", "notification"]

BELL = "\a"
_TITLE, _BODY = 80, 200
_KITTY = frozenset({"kitty", "xterm-kitty"})
_BY_777 = frozenset({"urxvt", "rxvt", "foot", "ghostty", "wezterm", "contour"})


def notification(title: str, body: str, environment: Mapping[str, str]) -> str:
    """The sequence that makes this terminal show a notification.

    OSC 99 for kitty, OSC 777 for the family of urxvt and foot, OSC 9 elsewhere (iTerm2, Windows Terminal, others
    ignore it); wrapped where tmux or GNU screen stand between.
    """
    title, body = _harmless(title, _TITLE), _harmless(body, _BODY)
    kind = _kind(environment)
    if kind == "99":
        sequence = f"\x1b]99;i=taskdeck:d=0:p=title;{title}\x1b\\\x1b]99;i=taskdeck:d=1:p=body;{body}\x1b\\"
    elif kind == "777":
        # The title ends at a semicolon, and there is no way to write one.
        sequence = f"\x1b]777;notify;{title.replace(';', ',')};{body}\x1b\\"
    else:
        # Behind `9;4;` ConEmu and Windows Terminal expect progress: a text never begins with a digit and a semicolon.
        sequence = f"\x1b]9;taskdeck: {title}: {body}\x1b\\"
    if environment.get("TMUX"):
        return "\x1bPtmux;" + sequence.replace("\x1b", "\x1b\x1b") + "\x1b\\"
    if environment.get("STY"):
        # A string terminator inside would end the wrapping: screen gets the form that ends with a bell.
        return f"\x1bP{sequence.split(chr(27) + chr(92))[0]}\a\x1b\\"
    return sequence


def _kind(environment: Mapping[str, str]) -> str:
    program, term = environment.get("TERM_PROGRAM", "").lower(), environment.get("TERM", "").lower()
    if environment.get("KITTY_WINDOW_ID") or term in _KITTY or program in _KITTY:
        return "99"
    if program in _BY_777 or any(term.startswith(name) for name in _BY_777) or "ghostty" in term:
        return "777"
    return "9"


def _harmless(text: str, limit: int) -> str:
    """Printable ASCII: what a terminal makes of other bytes in such a sequence depends on its locale."""
    return plain(text, limit, ascii=True)

"""The one list of escape sequences that are ours; all others that reach the terminal are Textual's (R14)."""

import base64

__all__ = [
    "CLIPBOARD_CAP", "OURS", "RESTORE_TITLE", "SAVE_TITLE", "clipboard", "in_screen", "in_tmux", "title",
]  # fmt: skip

CLIPBOARD_CAP = 74_994
"""Characters of base64; some terminals drop a longer OSC 52 without a word."""
SAVE_TITLE = "\x1b[22;2t"
"""Put the terminal's title on its stack."""
RESTORE_TITLE = "\x1b[23;2t"
"""Take it from there again."""
OURS = (
    rb"\x1b\]52;c;[A-Za-z0-9+/=]*\x07",
    rb"\x1b\]2;[ -~]*\x1b\\",
    rb"\x1b\[2[23];2t",
    rb"\x1b\](?:9|99|777);[ -~]*\x1b\\",
    rb"\x1bPtmux;(?:\x1b\x1b|[^\x1b])*\x1b\\",
    rb"\x1bP\x1b?[A-Za-z0-9+/=;\]\x07]*\x1b\\",
)
"""What they look like, as patterns of bytes: clipboard, title, its stack, notifications, wrappings for tmux, screen."""
_TITLE_LENGTH = 80
_CHUNK = 76
"""Bytes that GNU screen passes on at a time."""


def clipboard(text: str) -> str | None:
    """OSC 52 that puts `text` into the terminal's clipboard; None when that is longer than terminals take."""
    encoded = base64.b64encode(text.encode("utf-8", "replace")).decode()
    return f"\x1b]52;c;{encoded}\x07" if len(encoded) <= CLIPBOARD_CAP else None


def in_tmux(sequence: str) -> str:
    """The sequence wrapped so that tmux hands it to the terminal outside (`allow-passthrough`)."""
    return "\x1bPtmux;" + sequence.replace("\x1b", "\x1b\x1b") + "\x1b\\"


def in_screen(sequence: str) -> str:
    """The sequence in pieces that GNU screen hands to the terminal outside."""
    pieces = (sequence[at : at + _CHUNK] for at in range(0, len(sequence), _CHUNK))
    return "".join(f"\x1bP{piece}\x1b\\" for piece in pieces)


def title(text: str) -> str:
    """OSC 2: the terminal's title. Anything but printable ASCII is dropped."""
    return "\x1b]2;" + "".join(c for c in text if " " <= c <= "~")[:_TITLE_LENGTH] + "\x1b\\"

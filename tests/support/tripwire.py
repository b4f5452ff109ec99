"""A token that must not show up anywhere (R8)."""

import base64
from pathlib import Path
from urllib.parse import quote

__all__ = ["Tripwire"]


class Tripwire:
    """A token that is searched for, in every form it could leak in, in all that a test produced (R8)."""

    token = "tripwire+0123456789/abcdef=="

    def __init__(self) -> None:
        self.allowed: set[Path] = set()

    def forms(self) -> tuple[bytes, ...]:
        """The clear text, percent-encoded, and the two alphabets of base64 without their ends."""
        raw = self.token.encode()
        return (
            raw,
            quote(self.token, safe="").encode(),
            base64.b64encode(raw).rstrip(b"=")[:-1],
            base64.urlsafe_b64encode(raw).rstrip(b"=")[:-1],
        )

    def found(self, text: str | bytes) -> bool:
        """Whether any form is in there."""
        data = text.encode("utf-8", "surrogateescape") if isinstance(text, str) else text
        return any(form in data for form in self.forms())

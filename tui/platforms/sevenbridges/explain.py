"""Error answers of Seven Bridges: the platform's own message and number (section 8 of the contract)."""

from typing import Any

from pydantic_core import from_json

from tui.domain.errors import NotFound
from tui.domain.text import plain
from tui.platforms.coerce import count
from tui.platforms.http import Refusal

__all__ = ["explain"]


def explain(status: int, body: bytes) -> Refusal | None:
    """The message with the number behind it; None for what is not an error object.

    A malformed id (400 with 7004, 7005) is not found. A gateway in front writes a word where the HTTP status
    belongs, and no number.
    """
    try:
        value: Any = from_json(body)
    except ValueError:
        return None
    if not isinstance(value, dict):
        return None
    said, code = value.get("message"), count(value.get("code"))
    if not isinstance(said, str) and code is None:
        return None
    text = said.strip() if isinstance(said, str) else ""
    if code == 0 and status == 503:
        return Refusal("the platform is down for maintenance" + (f": {plain(text, 400)}" if text else ""), 0)
    message = plain(text or f"HTTP {status}", 400)
    kind = NotFound if code in {7004, 7005} else None
    return Refusal(f"{message} (code {code})" if code is not None else message, code, kind)

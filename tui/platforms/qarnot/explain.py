"""Error answers of Qarnot: four shapes of body, one sentence (section 9 of the contract)."""

from typing import Any

from pydantic_core import from_json

from tui.domain.errors import NotFound, PlatformError
from tui.domain.text import plain
from tui.platforms.http import Refusal

__all__ = ["explain"]


def explain(status: int, body: bytes) -> Refusal | None:
    """The platform's own words: message, error.message, error, the fields' reasons, title and detail; else None."""
    try:
        value = from_json(body)
    except ValueError:
        return None
    words = _words(value)
    if words is None:
        return None
    kind: type[PlatformError] | None = None
    if status == 400 and words.lower().startswith("no such "):
        kind = NotFound
    return Refusal(plain(words, 400), None, kind)


def _words(value: Any) -> str | None:
    if isinstance(value, list):  # a bulk submission that failed whole
        found = [w for item in value if (w := _words(item))]
        return "; ".join(found) or None
    if not isinstance(value, dict):
        return None
    inner = value.get("error")
    told = (value.get("message"), inner.get("message") if isinstance(inner, dict) else inner)
    for one in told:
        if isinstance(one, str) and one.strip():
            return one.strip()
    if fields := _fields(value.get("errors")):
        return fields
    parts = [part.strip() for part in (value.get("title"), value.get("detail")) if isinstance(part, str)]
    return ": ".join(dict.fromkeys(part for part in parts if part)) or None


def _fields(errors: Any) -> str | None:
    """`Field: why, why; Other: why` of a validation answer."""
    if not isinstance(errors, dict):
        return None
    parts = []
    for name, whys in errors.items():
        listed = whys if isinstance(whys, list) else [whys]
        parts.append(f"{name}: {', '.join(str(why) for why in listed)}")
    return "; ".join(parts) or None

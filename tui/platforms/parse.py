"""From a body to a value: what is no JSON, what is JSON of another shape, and what can be mended."""

import re
from typing import Any, Protocol

from pydantic import ValidationError

from tui.domain.text import plain

__all__ = ["Reader", "Unreadable", "is_page", "parse", "xml_error"]

_BOM = b"\xef\xbb\xbf"
# A pair, then half of one, then any other escape: `\\\\ud800` (a backslash and letters) is passed over.
_ESCAPES = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)"
)


_XML_ERROR = re.compile(rb"(?:<\?xml[^>]*>\s*)?<Error[\s>]")
_TOLD = (re.compile(rb"<Code>([^<]{0,200})</Code>"), re.compile(rb"<Message>([^<]{0,400})</Message>"))


class Reader(Protocol):
    """Whatever makes a value of JSON: a pydantic `TypeAdapter`, or several in turn."""

    def validate_json(self, data: bytes, /) -> Any:
        """The value; raises `ValidationError`."""
        ...


class Unreadable(Exception):
    """The body is not what was asked for; the text is for a person."""

    def __init__(self, why: str, *, passing: bool) -> None:
        super().__init__(why)
        self.passing = passing
        """It looks like an accident on the way, so asking again may help."""


def is_page(body: bytes) -> bool:
    """Whether it is a web page, or XML, instead of JSON (R24)."""
    return body[:512].removeprefix(_BOM).lstrip().startswith(b"<")


def xml_error(body: bytes) -> str | None:
    """What an error in XML says, as storage hosts send it: `AccessDenied: Request has expired`; None for all else."""
    head = body[:4096].removeprefix(_BOM).lstrip()
    if not _XML_ERROR.match(head):
        return None
    said = [found[1].decode("utf-8", "replace").strip() for tag in _TOLD if (found := tag.search(head))]
    return ": ".join(text for text in said if text) or "an error in XML without words"


def parse(body: bytes, into: Reader) -> Any:
    """The body as a value.

    Text that is not valid Unicode is mended and read again: one task named with half a surrogate pair must not hide all
    its neighbours.

    Raises:
        Unreadable: It is empty, a web page, no JSON, or JSON of another shape.
    """
    body = body.removeprefix(_BOM)
    if not body or body.isspace():
        raise Unreadable("the answer is empty", passing=True)
    if (said := xml_error(body)) is not None:
        raise Unreadable(f"XML came instead of JSON: {plain(said, 300)}", passing=False)
    if is_page(body):
        why = "a web page came instead of JSON: a login portal or a proxy stands in the way"
        raise Unreadable(why, passing=False)
    try:
        return into.validate_json(body)
    except (ValueError, RecursionError) as error:
        if not _broken(error):
            raise Unreadable(f"not the documented answer{_where(error)}", passing=False) from None
    try:
        return into.validate_json(_mended(body))
    except (ValueError, RecursionError) as error:
        if not _broken(error):
            raise Unreadable(f"not the documented answer{_where(error)}", passing=False) from None
    raise Unreadable("the answer is not JSON, or was cut short", passing=True)


def _details(error: Exception) -> list[Any]:
    return list(error.errors(include_input=False, include_url=False)) if isinstance(error, ValidationError) else []


def _broken(error: Exception) -> bool:
    """Whether it is no JSON at all."""
    details = _details(error)
    return not details or details[0]["type"] == "json_invalid"


def _where(error: Exception) -> str:
    place = ".".join(str(part) for part in _details(error)[0]["loc"][:6])
    return f" at {plain(place, 80)}" if place else ""


def _mended(body: bytes) -> bytes:
    text = body.decode("utf-8", "replace")
    return _ESCAPES.sub(lambda found: r"\ufffd" if found[1] else found[0], text).encode()

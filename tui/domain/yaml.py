"""Values as YAML in block style: what JSON has, with `- ` and `key: ` in place of brackets.

Texts that a reader could take for something else (`no`, `1e3`, a date) stand in double quotes, escaped as JSON does.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

__all__ = ["yaml_text"]

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_./-]*\Z")
"""Texts that need no quotes, unless they are one of `_WORDS`."""
_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf"})


def yaml_text(value: Any, *, ascii: bool = False) -> str:
    """One document, ending with its line; with `ascii` all that is not ASCII is escaped."""
    return "".join(f"{line}\n" for line in _lines(value, ascii))


def _lines(value: Any, ascii: bool) -> Iterator[str]:
    match value:
        case dict() if value:
            for key, inner in value.items():
                yield from _under(f"{_scalar(str(key), ascii)}:", inner, ascii)
        case list() | tuple() if value:
            for inner in value:
                first, *others = _lines(inner, ascii)
                yield f"- {first}"
                yield from (f"  {line}" for line in others)
        case _:
            yield _scalar(value, ascii)


def _under(key: str, value: Any, ascii: bool) -> Iterator[str]:
    """A key with its value: on the same line, or indented below it."""
    if isinstance(value, dict | list | tuple) and value:
        yield key
        yield from (f"  {line}" for line in _lines(value, ascii))
    else:
        yield f"{key} {_scalar(value, ascii)}"


def _scalar(value: Any, ascii: bool) -> str:
    match value:
        case str():
            return value if _PLAIN.match(value) and value.lower() not in _WORDS else _quoted(value, ascii)
        case dict():
            return "{}"
        case list() | tuple():
            return "[]"
        case float():
            text = repr(value)
            return text.replace("e", ".0e") if "e" in text and "." not in text else text
        case _:
            return json.dumps(value)


def _quoted(text: str, ascii: bool) -> str:
    """In double quotes; what is not printable is escaped, so that no terminal obeys it."""
    quoted = json.dumps(text, ensure_ascii=False)
    if quoted.isprintable() and not (ascii and not quoted.isascii()):
        return quoted
    return "".join(char if char.isprintable() and not (ascii and char > "~") else _escaped(char) for char in quoted)


def _escaped(char: str) -> str:
    code = ord(char)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"

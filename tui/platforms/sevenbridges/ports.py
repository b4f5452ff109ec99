"""The input ports of an app, from its CWL, and a cell of a table as a value of one."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tui.domain.submission import plain_value, words

__all__ = ["FILES", "Port", "files", "ports", "value"]

FILES = {"File": "File", "Directory": "Directory"}
"""CWL types whose values are objects with the id of a file, and the class that these carry."""
_ID = re.compile(r"[0-9a-f]{24}")
"""A file's id, which no name is mistaken for."""
_TRUE, _FALSE = frozenset({"true", "yes", "1", "on"}), frozenset({"false", "no", "0", "off"})


@dataclass(frozen=True, slots=True)
class Port:
    """One input of an app."""

    id: str
    type: str
    """A type of CWL: `File`, `int`, `string`, `enum`, `record`; `Any` where the CWL does not say it."""
    listed: bool = False
    """It takes a list of them."""
    required: bool = False
    symbols: tuple[str, ...] = ()
    """What an enum takes."""


def ports(cwl: Mapping[str, Any]) -> dict[str, Port]:
    """By id, in the order of the app. Both spellings of CWL are read: a list with `id`, or an object by id."""
    found = {}
    for id_, body in _declared(cwl.get("inputs")):
        name = id_.rpartition("#")[2].rpartition("/")[2]
        type_, listed, optional, symbols = _type(body.get("type"))
        required = not optional and "default" not in body and type_ != "Any"
        found[name] = Port(name, type_, listed, required, symbols)
    return found


def _declared(inputs: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if isinstance(inputs, dict):
        for id_, body in inputs.items():
            yield str(id_), body if isinstance(body, dict) else {"type": body}
    elif isinstance(inputs, list):
        for body in inputs:
            if isinstance(body, dict) and isinstance(body.get("id"), str):
                yield body["id"], body


def _type(told: Any) -> tuple[str, bool, bool, tuple[str, ...]]:
    """The type, whether a list of it, whether it may be left out, and an enum's symbols."""
    if isinstance(told, list):
        others = [one for one in told if one != "null"]
        optional = len(others) < len(told)
        if len(others) != 1:
            return "Any", False, optional, ()
        type_, listed, inner, symbols = _type(others[0])
        return type_, listed, optional or inner, symbols
    if isinstance(told, dict):
        if told.get("type") == "array":
            type_, _, _, symbols = _type(told.get("items"))
            return type_, True, False, symbols
        symbols = tuple(str(s).rpartition("/")[2] for s in told.get("symbols") or ())
        return str(told.get("type") or "Any"), False, False, symbols
    text = str(told or "Any")
    bare = text.removesuffix("?")
    return bare.removesuffix("[]"), bare.endswith("[]"), text.endswith("?"), ()


def value(port: Port, given: Any) -> Any:
    """A cell, or a value of a JSON file, as the API takes it; a file's name stays a text until its id is known.

    Raises:
        ValueError: It is none of the port's type; the message says what to write.
    """
    if isinstance(given, str) and given[:1] in {"[", "{"}:
        try:
            given = json.loads(given)
        except ValueError:
            raise ValueError(f"it begins like JSON and is none: {given[:60]}") from None
    if isinstance(given, dict):
        return given
    if port.listed:
        return [one if isinstance(one, dict) else _single(port, one) for one in _parts(given)]
    if isinstance(given, list):
        if port.type != "Any":
            raise ValueError(f"one {port.type} is taken, not a list")
        return given
    return _single(port, given)


def _parts(given: Any) -> list[Any]:
    return given if isinstance(given, list) else words(given)


def _single(port: Port, given: Any) -> Any:
    if port.type == "Any":
        return given
    if port.type == "enum" and port.symbols and plain_value(given) not in port.symbols:
        raise ValueError(f"{plain_value(given)!r} is none of {', '.join(port.symbols)}")
    if port.type in FILES:
        return _file(port, plain_value(given))
    read = _READERS.get(port.type)
    return plain_value(given) if read is None else read(given)


def _file(port: Port, text: str) -> Any:
    if _ID.fullmatch(text):
        return {"class": FILES[port.type], "path": text}
    return text


def _integer(given: Any) -> int:
    text = plain_value(given)
    if not re.fullmatch(r"[+-]?\d{1,18}", text):
        raise ValueError(f"{text!r} is not a whole number")
    return int(text)


def _number(given: Any) -> float:
    text = plain_value(given)
    if not re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", text):
        raise ValueError(f"{text!r} is not a number")
    return float(text)


def _boolean(given: Any) -> bool:
    text = plain_value(given).lower()
    if text not in _TRUE | _FALSE:
        raise ValueError(f"{text!r} is neither true nor false")
    return text in _TRUE


_READERS: Mapping[str, Callable[[Any], Any]] = {
    "int": _integer, "long": _integer, "float": _number, "double": _number, "boolean": _boolean, "string": plain_value,
}  # fmt: skip


def files(found: Any) -> Iterator[Any]:
    """The objects of files in a value, and the names among its texts."""
    if isinstance(found, list):
        for inner in found:
            yield from files(inner)
    elif isinstance(found, str) or (isinstance(found, dict) and "path" in found):
        yield found

"""What tells a failure's class: the user's own rules, then our vocabulary."""

import json
import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from tui.domain.errors import ConfigError
from tui.domain.signature.classes import Advice, FailureClass, Rule, Rules, Vocabulary
from tui.settings import paths
from tui.settings.files import write_whole

__all__ = ["correct_class", "failure_rules", "parse_rules", "rules_file"]

_VOCABULARY = Path(__file__).with_name("vocabulary.toml")
_MASKS = re.compile(r"<(?:x|n|path|file|host|id|hex|time|url)>")
_KEYS = {"class", "says", "exit", "suggestion"}


def failure_rules(config: Path | None = None) -> Rules:
    """The user's rules (`rules.toml` beside the configuration), then the words that come with the program.

    Raises:
        ConfigError: The user's file cannot be read, or something in it is wrong.
    """
    path = rules_file(config)
    try:
        own = parse_rules(path.read_text("utf-8"), path)
    except FileNotFoundError:
        own = ()
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}") from error
    return Rules(own, _vocabulary())


def rules_file(config: Path | None = None) -> Path:
    """Where the user's own rules stand, whether or not they do."""
    return paths.config_file(config)[0].with_name("rules.toml")


def correct_class(signature: str, klass: FailureClass, config: Path | None = None) -> Path:
    """Write into the user's rules that failures with this signature are of that class; before all rules that are there,
    which stay as they are, comments and all.

    Raises:
        ConfigError: The file cannot be read or written, or is wrong as it is.
    """
    path = rules_file(config)
    try:
        before = path.read_text("utf-8") if path.exists() else ""
        parse_rules(before, path)
        # A masked word stands for any, and what a TOML text may hold without escapes is kept readable.
        pattern = ".*".join(re.escape(part).replace("\\ ", " ") for part in _MASKS.split(signature))
        rule = f'[[rule]]\nclass = "{klass}"\nsays = [{json.dumps(pattern)}]\n'
        write_whole(path, f"{rule}\n{before}".encode())
    except OSError as error:
        raise ConfigError(f"{path} cannot be written: {error.strerror}") from error
    return path


@cache
def _vocabulary() -> Vocabulary:
    data = tomllib.loads(_VOCABULARY.read_text("utf-8"))
    words = {
        FailureClass(name): tuple((int(weight), _any(says)) for weight, says in table.items())
        for name, table in data.items()
        if name not in {"exit", "advice"}
    }
    exits = {code: FailureClass(name) for name, codes in data["exit"].items() for code in codes}
    advice = [Advice(FailureClass(a["class"]), re.compile(a["tool"]), a["text"]) for a in data["advice"]]
    return Vocabulary(words, exits, tuple(advice))


def _any(patterns: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


def parse_rules(text: str, path: Path) -> tuple[Rule, ...]:
    """The rules of a file, in its order.

    Raises:
        ConfigError: Naming the rule and what is wrong with it.
    """
    try:
        data = tomllib.loads(text)
    except ValueError as error:
        raise ConfigError(f"{path} is not valid TOML: {error}") from None
    tables = data.get("rule", [])
    if not isinstance(tables, list) or data.keys() - {"rule"}:
        raise ConfigError(f"{path} holds [[rule]] tables and nothing else")
    return tuple(_rule(table, f"{path}: rule {number}") for number, table in enumerate(tables, 1))


def _rule(table: Any, where: str) -> Rule:
    if not isinstance(table, dict) or (wrong := table.keys() - _KEYS):
        named = "" if not isinstance(table, dict) else f": unknown key {min(wrong)}"
        raise ConfigError(f"{where}{named}; there are class, says, exit, suggestion")
    try:
        klass = FailureClass(str(table.get("class")))
    except ValueError:
        raise ConfigError(f"{where}: class is one of {', '.join(FailureClass)}") from None
    says, exits, suggestion = table.get("says", []), table.get("exit", []), table.get("suggestion")
    if not isinstance(says, list) or not all(isinstance(s, str) for s in says):
        raise ConfigError(f"{where}: says is a list of texts")
    if not isinstance(exits, list) or not all(isinstance(e, int) for e in exits):
        raise ConfigError(f"{where}: exit is a list of numbers")
    if suggestion is not None and not isinstance(suggestion, str):
        raise ConfigError(f"{where}: suggestion is a text")
    if not says and not exits:
        raise ConfigError(f"{where} matches everything; give it says or exit")
    for pattern in says:
        try:
            re.compile(pattern)
        except re.error as error:
            raise ConfigError(f"{where}: {pattern!r} is not a regular expression: {error}") from None
    return Rule(klass, "|".join(says) or None, frozenset(exits), suggestion)

"""INI files that the platforms' own tools write."""

from collections.abc import Mapping
from pathlib import Path

from tui.platforms.account import Finder

__all__ = ["read_ini"]


def read_ini(finder: Finder, path: Path, *, foreign_dir: bool = False) -> Mapping[str, Mapping[str, str]]:
    """The sections of a file; none where there is no file, or it cannot be trusted or read (which the finder is told).

    `foreign_dir`: it lies in the working directory, which may be anybody's.
    """
    text = finder.read(path, foreign_dir=foreign_dir)
    if text is None:
        return {}
    import configparser

    # Raw: a token may hold a percent sign. Not strict: the SDKs take a section that comes twice.
    parser = configparser.RawConfigParser(strict=False, allow_no_value=True)
    try:
        parser.read_string(text)
    except configparser.Error:
        # The parser's own message quotes the line, which may be the token.
        finder.fail(f"{path} is no INI file; write [SECTION] and KEY = VALUE lines")
        return {}
    return {name: {k: v or "" for k, v in parser[name].items()} for name in parser.sections()}

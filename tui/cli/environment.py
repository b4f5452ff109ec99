"""Variables that would break the first connection, named before anything starts (R12)."""

import os
import re
from collections.abc import Mapping
from pathlib import Path

from tui.domain.errors import ConfigError
from tui.platforms.network import PROXIES, checked_proxy

__all__ = ["check", "check_textual"]

_NUMBERS = {
    "TEXTUAL_FPS": (1, 1_000), "TEXTUAL_SLOW_THRESHOLD": (100, 10**9), "TEXTUAL_SMOOTH_SCROLL": (0, 1),
    "TEXTUAL_DIM_FACTOR": (0, 100), "TEXTUAL_DEVTOOLS_PORT": (0, 65_535), "TEXTUAL_SCREENSHOT": (-1, 10**9),
}  # fmt: skip
_WORDS = {
    "TEXTUAL_COLOR_SYSTEM": ("auto", "standard", "256", "truecolor"),
    "TEXTUAL_ANIMATIONS": ("none", "basic", "full"),
}


def check(environment: Mapping[str, str] = os.environ) -> None:
    """Raise `ConfigError` for the first proxy or certificate variable that cannot work."""
    for name in (form for upper in PROXIES for form in (upper, upper.lower())):
        if value := environment.get(name):
            checked_proxy(name, value)
    for name in ("NO_PROXY", "no_proxy"):
        for host in environment.get(name, "").split(","):
            if "[" in host or "]" in host:
                raise ConfigError(f"{name} holds an address in brackets, which cannot be read; write ::1 without them")
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        if (value := environment.get(name)) and not (_readable(Path(value)) or Path(value).is_dir()):
            raise ConfigError(f"{name} names {value}, which cannot be read; name a PEM file or unset it")
    if (value := environment.get("SSL_CERT_FILE")) and not _readable(Path(value)):
        raise ConfigError(f"SSL_CERT_FILE names {value}, which cannot be read; name a PEM file or unset it")
    if (value := environment.get("SSL_CERT_DIR")) and not Path(value).is_dir():
        raise ConfigError(f"SSL_CERT_DIR names {value}, which is not a directory; name one or unset it")


def check_textual(environment: Mapping[str, str] = os.environ) -> None:
    """Raise `ConfigError` for the first variable of the terminal library that has no meaning, before it is loaded.

    The library would take its default without a word, or end with a traceback.
    """
    if "TEXTUAL_DRIVER" in environment:
        raise ConfigError("TEXTUAL_DRIVER names other code to draw with, which is not supported; unset it")
    for name, (least, most) in _NUMBERS.items():
        if (text := environment.get(name)) is not None:
            number = int(text) if re.fullmatch(r"-?[0-9]{1,10}", text) else None
            if number is None or not least <= number <= most:
                raise ConfigError(f"{name} is not a number from {least} to {most}; write one or unset it")
    for name, words in _WORDS.items():
        if (text := environment.get(name)) is not None and text.lower() not in words:
            raise ConfigError(f"{name} is none of {', '.join(words)}; write one or unset it")


def _readable(path: Path) -> bool:
    return path.is_file() and os.access(path, os.R_OK)

"""Secrets taken out of texts that leave this machine or stay on its disk: tickets, reports, history, messages.

By rule, so that a secret nobody told us of goes too. What is taken out is never a part: the whole word goes.
"""

import re
from collections.abc import Collection
from typing import Any

__all__ = ["REMOVED", "is_secret_name", "redacted", "redacted_value"]

REMOVED = "[removed]"
"""Stands where a secret stood."""
_NAME = (
    r"[\w.-]*(?:tokens?|secrets?|passw(?:or)?d|passphrase|pwd|api[_-]?keys?|apikey|access[_-]?keys?|private[_-]?keys?"
    r"|auth|authorization|credentials?|session[_-]?id|cookie|dsn)"
)
_SECRET_NAME = re.compile(_NAME + r"\Z", re.IGNORECASE)
_SIGNED = r"(?:x-amz-[\w-]+|x-goog-[\w-]+|signature|sig|se|sp|sv|token|key|policy|key-pair-id|awsaccesskeyid|expires)"
_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL),
        REMOVED,
    ),
    # The user and password of an address; then its whole query and fragment where one of its keys is a signature's.
    (re.compile(r"\b([a-z][a-z0-9+.-]{1,20}://)[^\s/@'\"<>]{1,500}@", re.IGNORECASE), rf"\1{REMOVED}@"),
    (
        re.compile(
            rf"(\bhttps?://[^\s?#'\"<>]+)[?#](?=[^\s'\"<>]*(?:(?<=[?&#;])|(?<=amp;)){_SIGNED}=)[^\s'\"<>]*",
            re.IGNORECASE,
        ),
        rf"\1?{REMOVED}",
    ),
    # Addresses that are secrets themselves.
    (
        re.compile(
            r"\bhttps://(?:hooks\.slack\.com|[\w.-]*discord(?:app)?\.com/api/webhooks|[\w.-]+\.webhook\.office\.com)"
            r"[^\s'\"<>]*",
            re.IGNORECASE,
        ),
        REMOVED,
    ),
    (re.compile(r"\b((?:bearer|basic|digest|negotiate)\s+)[\w.~+/=-]{6,}", re.IGNORECASE), rf"\1{REMOVED}"),
    # `--password x`, `PASSWORD=x`, `"api_key": "x"`, `X-SBG-Auth-Token: x`.
    (
        re.compile(
            rf"(?<![\w.-])(-{{0,2}}{_NAME}['\"]?\s*(?:=>|[=:])\s*)(?:\"[^\"\n]*\"?|'[^'\n]*'?|[^\s,;&'\"}}\])]+)",
            re.IGNORECASE,
        ),
        rf"\1{REMOVED}",
    ),
    (
        re.compile(rf"(?<![\w.-])(--{_NAME}\s+)(?!-)(?:\"[^\"\n]*\"?|'[^'\n]*'?|\S+)", re.IGNORECASE),
        rf"\1{REMOVED}",
    ),
    (
        re.compile(
            r"\beyJ[\w-]{8,}\.[\w-]{4,}(?:\.[\w-]*)?"  # JSON web tokens
            r"|\b(?:AKIA|ASIA)[A-Z0-9]{12,}\b"
            r"|\b(?:gh[pousr]|github_pat|glpat|xox[abeprs]|dop_v1)[_-][\w-]{12,}"
            r"|\b(?:sk|pk|rk|hf|npm)[_-](?=[\w-]*\d)[\w-]{20,}"
            r"|\bAIza[\w-]{30,}"
        ),
        REMOVED,
    ),
    # A word as tokens are: 32 hexadecimal digits (Seven Bridges), or 40 letters and digits in both cases without a
    # slash, dot or dash that paths, names and references have.
    (re.compile(r"(?<![\w/.-])[0-9a-f]{32}(?![\w/.-])"), REMOVED),
    (re.compile(r"(?<![\w/.-])(?=\w*[a-z])(?=\w*[A-Z])(?=\w*\d)[A-Za-z0-9_+]{40,}={0,2}(?![\w/.-])"), REMOVED),
)


def is_secret_name(name: str) -> bool:
    """Whether a field of this name holds a secret, whatever its value looks like: `db_password`, `API_KEY`."""
    return _SECRET_NAME.match(name) is not None


def redacted(text: str, known: Collection[str] = ()) -> str:
    """The text without secrets.

    Args:
        text: Any text, of one line or many.
        known: Secrets that are known to the letter (the accounts' tokens); removed wherever they stand.
    """
    for secret in sorted(known, key=len, reverse=True):
        if secret:
            text = text.replace(secret, REMOVED)
    for pattern, by in _RULES:
        text = pattern.sub(by, text)
    return text


def redacted_value(value: Any, known: Collection[str] = ()) -> Any:
    """A JSON value without secrets: in every text, and whole where a field's name says that it holds one."""
    match value:
        case str():
            return redacted(value, known)
        case dict():
            return {
                redacted(str(key), known): REMOVED
                if is_secret_name(str(key)) and inner not in (None, "")
                else redacted_value(inner, known)
                for key, inner in value.items()
            }
        case list() | tuple():
            return [redacted_value(inner, known) for inner in value]
    return value

"""What an answer means when it is not what was asked for: our error tree, cleaned, cut and without the token."""

import base64
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from tui.clock import Clock
from tui.domain.errors import (
    AuthRefused,
    Forbidden,
    NotFound,
    PlatformDown,
    PlatformError,
    RateLimited,
    Rejected,
    Sent,
    UnexpectedAnswer,
    Unreachable,
)
from tui.domain.text import plain
from tui.platforms import ratelimit
from tui.platforms.parse import is_page, xml_error

__all__ = ["Answer", "Explain", "Refusal", "Retry", "Verdicts", "forms_of"]

log = logging.getLogger(__name__)

Explain = Callable[[int, bytes], "Refusal | None"]
"""An adapter's reader of error bodies: HTTP status and body in, None out if it cannot read them."""

_TRANSIENT = frozenset({408, 500, 502, 503, 504})
_WHY_LIMIT = 500
_KINDS: Mapping[int, type[PlatformError]] = {401: AuthRefused, 403: Forbidden, 404: NotFound, 410: NotFound}


@dataclass(frozen=True, slots=True)
class Refusal:
    """What an adapter reads from an error answer of its platform."""

    message: str
    code: int | str | None = None
    kind: type[PlatformError] | None = None
    """Overrides the error class that the HTTP status stands for (ET Engine's 403 on an id is `NotFound`)."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A successful answer, read whole."""

    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes
    value: Any = None
    """The body as the type that was asked for; None where none was."""


class Retry(Exception):
    """This attempt failed in a way that may pass; `error` is what to raise when it does not."""

    def __init__(self, error: PlatformError, wait: float | None = None) -> None:
        super().__init__(str(error))
        self.error = error
        self.wait = wait
        """Seconds to wait before the next attempt, where the platform said so."""


class Verdicts:
    """One account's judge."""

    def __init__(
        self, account: str, explain: Explain, clock: Clock, hidden: Callable[[], Iterable[str]], patience: float
    ) -> None:
        self._account = account
        self._patience = patience
        self._explain = explain
        self._clock = clock
        self._hidden = hidden
        """What must not stand in any message: the tokens of all configured accounts, in all their forms."""

    def failure(self, answer: Answer, doing: str, *, explained: bool = True) -> Exception:
        """The error an HTTP status stands for, wrapped in `Retry` where it may pass."""
        status = answer.status
        refusal = self._explain(status, answer.body) if explained else None
        why = refusal.message if refusal else _phrase(answer)
        if refusal is not None and refusal.kind is not None:
            return self.error(refusal.kind, doing, why, answer, Sent.REFUSED, refusal.code)
        code = refusal.code if refusal else None
        if status == 407:
            return self.error(
                Unreachable, doing, f"a proxy on the way wants a name and password: {why}", answer, Sent.NO
            )
        if status == 429:
            return self._limited(answer, doing, why, code)
        if status >= 500 or status in _TRANSIENT:
            failure = self.error(PlatformDown, doing, why, answer, Sent.MAYBE, code)
            return Retry(failure) if status in _TRANSIENT else failure
        if status < 400:
            redirect = "the platform sent us elsewhere; redirects are not followed" if status >= 300 else why
            return self.error(UnexpectedAnswer, doing, redirect, answer, Sent.MAYBE)
        return self.error(_KINDS.get(status, Rejected), doing, why, answer, Sent.REFUSED, code)

    def _limited(self, answer: Answer, doing: str, why: str, code: int | str | None) -> Exception:
        now = self._clock.now()
        until = ratelimit.retry_at(answer.headers, now)
        failure = RateLimited(
            self._account,
            doing,
            self._safe(why),
            retry_at=until,
            status=429,
            code=code,
            request_id=self._request_id(answer),
        )
        if until is None:
            # Qarnot may name no end: its own clients take that for a fault that passes.
            return Retry(failure)
        wait = (until - now).total_seconds()
        return failure if wait > self._patience else Retry(failure, wait)

    def error(
        self, kind: type[PlatformError], doing: str, why: str, answer: Answer | None, sent: Sent,
        code: int | str | None = None,
    ) -> PlatformError:  # fmt: skip
        """An error of that kind, with what support wants to hear."""
        status = answer.status if answer else None
        error = kind(
            self._account,
            doing,
            self._safe(why),
            sent=sent,
            status=status,
            code=code,
            request_id=self._request_id(answer),
        )
        log.info("%s", error)
        return error

    def _request_id(self, answer: Answer | None) -> str | None:
        """What support wants to hear; a header is a text of the platform like any other, and may quote a token."""
        found = answer.headers.get("x-request-id") if answer else None
        return plain(self._safe(found), 100) if found else None

    def _safe(self, why: str) -> str:
        """A platform's text, cleaned, cut, and without any account's token in any of its forms (R17)."""
        for form in self._hidden():
            why = why.replace(form, "***")
        return plain(why, _WHY_LIMIT)


def _phrase(answer: Answer) -> str:
    if (said := xml_error(answer.body)) is not None:
        return f"HTTP {answer.status}: {said}"
    if is_page(answer.body):
        return f"HTTP {answer.status} with a web page: a login portal, a proxy or maintenance"
    text = answer.body[:2000].decode("utf-8", "replace").strip()
    return f"HTTP {answer.status}" + (f": {text}" if text else "")


def forms_of(secret: str) -> tuple[str, ...]:
    """A token in every form that it could come back in."""
    raw = secret.encode()
    # The ends of base64 depend on what stands behind it.
    encoded = [encode(raw).decode().rstrip("=")[:-1] for encode in (base64.b64encode, base64.urlsafe_b64encode)]
    return tuple(form for form in (secret, quote(secret, safe=""), *encoded) if len(form) > 3)

"""Every expected failure, as one tree.

    TuiError
      UsageError              what the user typed cannot be read
      ConfigError             a setting, a file, a variable: what, where, what to write instead
      PlatformError           one account, while doing one thing
        Unreachable           no network, DNS, TLS, timeout
          Untrusted           the certificate that was shown
        AuthRefused           401: the account's token
        Forbidden             403 on one resource; the account goes on
        RateLimited           429, or our own budget is spent; `retry_at` says when to come back
        NotFound              404, 410, and ET Engine's 403 on an id
        Rejected              any other 4xx, with the platform's own message
        ReadOnly              an action on a read-only account, refused by ourselves
        PlatformDown          5xx
        UnexpectedAnswer      valid HTTP that is not the documented JSON

Anything else that is raised is a bug of ours and may end the program, visibly.
"""

from datetime import datetime
from enum import StrEnum

__all__ = [
    "AuthRefused",
    "ConfigError",
    "Forbidden",
    "NoSuchApi",
    "NotFound",
    "PlatformDown",
    "PlatformError",
    "RateLimited",
    "ReadOnly",
    "Rejected",
    "Sent",
    "TuiError",
    "UnexpectedAnswer",
    "Unreachable",
    "Untrusted",
    "UsageError",
]


class Sent(StrEnum):
    """What a failure proves about the request behind it (the table in `reliability.md`, part 1)."""

    NO = "not sent"
    """It never left: safe to say "not done"."""
    MAYBE = "unknown"
    """It may have been executed, or may still be."""
    REFUSED = "refused"
    """The platform answered, in readable form, that it will not."""


class TuiError(Exception):
    """Anything we expect to go wrong. `str(error)` is one plain line for a person."""


class UsageError(TuiError):
    """What the user typed cannot be read."""


class ConfigError(TuiError):
    """A setting is missing or wrong; the message names the file or variable and what to write instead."""


class PlatformError(TuiError):
    """A call to a platform failed."""

    def __init__(
        self,
        account: str,
        doing: str,
        why: str,
        *,
        sent: Sent = Sent.REFUSED,
        status: int | None = None,
        code: int | str | None = None,
        request_id: str | None = None,
    ) -> None:
        super().__init__(account, doing, why)
        self.account = account
        """The account's name."""
        self.doing = doing
        """What we were about, as a phrase: `listing tasks`."""
        self.why = why
        """The reason alone, cleaned and cut."""
        self.sent = sent
        """What is known of an action that failed so."""
        self.status = status
        """The HTTP status, if there was one."""
        self.code = code
        """The platform's own number, if any."""
        self.request_id = request_id
        """What support wants to hear."""

    def __str__(self) -> str:
        """One line, with the platform's number and the id of the request, which its support asks for."""
        marks = []
        if self.code is not None and f"code {self.code}" not in self.why:
            marks.append(f"code {self.code}")
        if self.request_id:
            marks.append(f"request {self.request_id}")
        return f"{self.account}: {self.doing}: {self.why}" + (f" ({', '.join(marks)})" if marks else "")


class Unreachable(PlatformError):
    """No network, no such host, TLS refused, or a deadline passed."""


class Untrusted(Unreachable):
    """The certificate that was shown is not one we trust; `why` names the two ways to trust it."""


class AuthRefused(PlatformError):
    """The platform does not accept the account's token."""


class Forbidden(PlatformError):
    """This one thing is not for us; the account goes on."""


class RateLimited(PlatformError):
    """Too many requests."""

    def __init__(
        self,
        account: str,
        doing: str,
        why: str,
        *,
        retry_at: datetime | None = None,
        sent: Sent = Sent.REFUSED,
        status: int | None = None,
        code: int | str | None = None,
        request_id: str | None = None,
    ) -> None:
        super().__init__(account, doing, why, sent=sent, status=status, code=code, request_id=request_id)
        self.retry_at = retry_at
        """When the platform takes requests again (aware UTC), if it said so."""


class NotFound(PlatformError):
    """It does not exist, or not for us."""


class NoSuchApi(NotFound):
    """There is no such API at the account's address: its `url` is wrong, and asking again does not help."""


class Rejected(PlatformError):
    """The platform understood and said no; its own message is in `why`."""


class ReadOnly(PlatformError):
    """The account is read-only here; nothing was sent."""


class PlatformDown(PlatformError):
    """The platform answered with 5xx."""


class UnexpectedAnswer(PlatformError):
    """The answer is not what the documentation promises: a login page, half a body, another shape."""

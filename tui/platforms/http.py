"""The one way to a platform: base URL, auth, deadlines, caps, retries, rate limits, error translation.

This is the only file that imports httpx (R56), and the only one that puts a token into a header (R7). Above it only the
error tree of `domain/errors.py` exists. What httpx does by itself and what must be done for it stands in part 1 of the
reliability notes; tests pin each fact this file leans on.
"""

import asyncio
import base64
import logging
import random
import ssl
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote, urlsplit

import httpx
from pydantic import TypeAdapter, ValidationError

from tui.domain.account import Budget
from tui.domain.errors import (
    AuthRefused,
    ConfigError,
    Forbidden,
    NotFound,
    PlatformDown,
    PlatformError,
    RateLimited,
    ReadOnly,
    Rejected,
    Sent,
    UnexpectedAnswer,
    Unreachable,
)
from tui.domain.text import plain
from tui.domain.token import Token
from tui.platforms import ratelimit
from tui.platforms.body import CAP, BodyError, read_body
from tui.platforms.clock import Clock, SystemClock
from tui.platforms.retry import ATTEMPTS, RetryBudget

__all__ = ["Answer", "ApiClient", "Auth", "Explain", "Params", "Refusal", "asgi_transport", "is_loopback"]

log = logging.getLogger(__name__)

Params = Sequence[tuple[str, str]]
Explain = Callable[[int, bytes], "Refusal | None"]
"""An adapter's reader of error bodies: HTTP status and body in, None out if it cannot read them."""

DEADLINE = 30.0
"""Seconds for one call in all."""
LOG_DEADLINE = 120.0
"""Seconds for a part of a log."""
_SHORT_RESET = 2.0
"""A rate limit that ends within so many seconds is waited for inside a read."""
_TRANSIENT = frozenset({500, 502, 503, 504})
_NEVER_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.UnsupportedProtocol,
    httpx.LocalProtocolError,
    httpx.InvalidURL,
)
_WHY_LIMIT = 500


@dataclass(frozen=True, slots=True)
class Auth:
    """How a platform wants its token."""

    header: str
    """`X-SBG-Auth-Token`, `Authorization`."""
    token: Token


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


class _Unsent(Exception):
    """The fence refused the request before anything left."""


class _Retry(Exception):
    """This attempt failed in a way that may pass; `error` is what to raise when it does not."""

    def __init__(self, error: PlatformError, wait: float | None = None) -> None:
        super().__init__(str(error))
        self.error = error
        self.wait = wait


class _TokenAuth(httpx.Auth):
    """Puts the token into its header; nothing else does."""

    def __init__(self, auth: Auth) -> None:
        self._auth = auth

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers[self._auth.header] = self._auth.token.reveal()
        yield request


def asgi_transport(app: Any) -> httpx.AsyncBaseTransport:
    """A transport that calls an ASGI application in this process: the demo, and tests."""
    return httpx.ASGITransport(app)


def is_loopback(host: str | None) -> bool:
    """Whether a host name can only mean this machine."""
    return host is not None and (host in {"localhost", "::1"} or host.startswith("127."))


def _origin(address: str) -> tuple[str, str, int]:
    parts = urlsplit(address)
    port = parts.port or {"https": 443, "http": 80}.get(parts.scheme, 0)
    return parts.scheme, parts.hostname or "", port


class ApiClient:
    """One account's connection; `async with` opens and closes it."""

    def __init__(
        self,
        account: str,
        url: str,
        auth: Auth,
        *,
        explain: Explain,
        read_only: bool = False,
        ca_file: Path | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        clock: Clock | None = None,
        rng: random.Random | None = None,
        connections: int = 16,
    ) -> None:
        self.account = account
        self.url = url.rstrip("/")
        try:
            self._origin = _origin(self.url)
        except ValueError as error:
            raise ConfigError(f"{account}: url {self.url!r} is not a web address") from error
        scheme, host, _ = self._origin
        if scheme not in {"https", "http"} or not host:
            raise ConfigError(f"{account}: url {self.url!r} is not a web address; write https://...")
        self._local = is_loopback(host)
        if scheme == "http" and not self._local:
            raise ConfigError(f"{account}: url {self.url!r} would send the token in clear text; write https://...")
        self._path = urlsplit(self.url).path
        self._auth = auth
        self._explain = explain
        self._read_only = read_only
        self._clock = clock or SystemClock()
        self._retries = RetryBudget(rng)
        self._budget: Budget | None = None
        self.requests = 0
        """Requests sent so far."""
        common = {"transport": transport, "follow_redirects": False, "timeout": httpx.Timeout(20.0, connect=10.0)}
        limits = httpx.Limits(max_connections=connections, max_keepalive_connections=connections)
        try:
            verify = ssl.create_default_context(cafile=str(ca_file)) if ca_file else True
            self._client = httpx.AsyncClient(
                auth=_TokenAuth(auth),
                event_hooks={"request": [self._fence]},
                headers={"Accept": "application/json", "Accept-Encoding": "gzip", "User-Agent": "taskdeck"},
                limits=limits,
                trust_env=not self._local,
                verify=verify,
                **common,  # type: ignore[arg-type]
            )
            self._bare = httpx.AsyncClient(
                headers={"Accept-Encoding": "identity", "User-Agent": "taskdeck"},
                trust_env=not self._local,
                verify=verify,
                **common,  # type: ignore[arg-type]
            )
        except (ImportError, httpx.InvalidURL, OSError, ValueError) as error:
            raise ConfigError(
                f"{account}: a proxy or certificate setting cannot be used ({type(error).__name__}: "
                f"{plain(str(error), 200)}); look at HTTPS_PROXY, ALL_PROXY, NO_PROXY, SSL_CERT_FILE, SSL_CERT_DIR"
            ) from None

    async def __aenter__(self) -> "ApiClient":
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self._client.aclose()
        await self._bare.aclose()

    @property
    def budget(self) -> Budget | None:
        """The rate-limit headers of the latest answer."""
        return self._budget

    def below_base(self, address: str) -> str | None:
        """The path (with query, relative to the base) of an address in an answer, if it is on our origin and below
        our base (R2); None for every other address."""
        try:
            parts = urlsplit(address)
            if _origin(address) != self._origin or parts.username is not None or parts.password is not None:
                return None
        except ValueError:
            return None
        if not parts.path.startswith(self._path + "/") or ".." in parts.path.split("/"):
            return None
        path = parts.path[len(self._path) :]
        return f"{path}?{parts.query}" if parts.query else path

    async def get(
        self, path: str, params: Params = (), *, doing: str, into: TypeAdapter[Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:  # fmt: skip
        """A read by GET, repeated within the retry budget. `path` starts with a slash and is percent-encoded."""
        return await self._read("GET", path, params, None, doing, into, headers)

    async def ask(
        self, path: str, json: object, *, params: Params = (), doing: str, into: TypeAdapter[Any] | None = None
    ) -> Answer:
        """A read that the platform wants as POST (bulk get, search, paginate): repeated like any read."""
        return await self._read("POST", path, params, json, doing, into, None)

    async def act(
        self,
        method: Literal["POST", "PUT", "PATCH", "DELETE"],
        path: str,
        json: object = None,
        *,
        params: Params = (),
        doing: str,
        into: TypeAdapter[Any] | None = None,
    ) -> Answer:
        """An action: sent once, never repeated (R33); `ReadOnly` on a read-only account (R42)."""
        if self._read_only:
            raise ReadOnly(self.account, doing, "the account is read-only here", sent=Sent.NO)
        try:
            async with asyncio.timeout(DEADLINE):
                return await self._attempt(method, path, params, json, doing, into, None)
        except _Retry as once:
            raise once.error from None
        except TimeoutError:
            raise self._late(doing, DEADLINE) from None

    async def fetch(self, address: str, start: int, limit: int, *, doing: str) -> Answer:
        """Bytes from a pre-signed address on another host, by a second client without token or cookie (R1).

        A negative start counts from the end. The answer is 206 with `content-range`, or 200 with the whole.
        """
        try:
            scheme, host, _ = _origin(address)
        except ValueError:
            scheme, host = "", ""
        if scheme != "https" and not (scheme == "http" and self._local and is_loopback(host)):
            raise UnexpectedAnswer(self.account, doing, "the log's address is not https; it was not opened")
        span = f"bytes={start}" if start < 0 else f"bytes={start}-{start + limit - 1}"
        try:
            async with asyncio.timeout(LOG_DEADLINE):
                return await self._repeat(doing, lambda: self._fetch_once(address, span, doing))
        except TimeoutError:
            raise self._late(doing, LOG_DEADLINE) from None

    async def _fetch_once(self, address: str, span: str, doing: str) -> Answer:
        self._bare.cookies.clear()
        answer = await self._exchange(self._bare, "GET", address, (), None, {"Range": span}, doing)
        if answer.status == 416:  # nothing there to send: an empty log
            return Answer(206, answer.headers, b"")
        if answer.status not in {200, 206}:
            raise self._failure(answer, doing, explained=False)
        return answer

    async def _read(
        self, method: str, path: str, params: Params, json: object, doing: str,
        into: TypeAdapter[Any] | None, headers: Mapping[str, str] | None,
    ) -> Answer:  # fmt: skip
        try:
            async with asyncio.timeout(DEADLINE):
                return await self._repeat(
                    doing, lambda: self._attempt(method, path, params, json, doing, into, headers)
                )
        except TimeoutError:
            raise self._late(doing, DEADLINE) from None

    async def _repeat(self, doing: str, attempt: Callable[[], Any]) -> Answer:
        """Attempts of a read until one succeeds, the budget is spent or the error is final."""
        for number in range(1, ATTEMPTS + 1):
            self._retries.called(self._clock.monotonic())
            try:
                answer: Answer = await attempt()
                return answer
            except _Retry as failed:
                if number == ATTEMPTS or not self._retries.take(self._clock.monotonic()):
                    raise failed.error from None
                wait = self._retries.wait(number) if failed.wait is None else failed.wait
                log.info("%s: %s: again in %.1f s", self.account, doing, wait)
                await self._clock.sleep(wait)
        raise AssertionError("unreachable: the last attempt returns or raises")

    async def _attempt(
        self, method: str, path: str, params: Params, json: object, doing: str,
        into: TypeAdapter[Any] | None, headers: Mapping[str, str] | None,
    ) -> Answer:  # fmt: skip
        """One exchange, judged: an `Answer`, `_Retry` for what may pass, or a final error."""
        answer = await self._exchange(self._client, method, self.url + path, params, json, headers, doing)
        if told := ratelimit.budget(answer.headers, self._clock.now()):
            self._budget = told
        if not 200 <= answer.status < 300:
            raise self._failure(answer, doing)
        if into is None:
            return answer
        return Answer(answer.status, answer.headers, answer.body, self._parsed(answer, into, doing))

    def _parsed(self, answer: Answer, into: TypeAdapter[Any], doing: str) -> Any:
        body = answer.body.strip()
        if not body:
            raise _Retry(self._error(UnexpectedAnswer, doing, "the answer is empty", answer, Sent.MAYBE))
        if body.startswith(b"<"):
            why = "a web page came instead of JSON: a login portal or a proxy stands in the way"
            raise self._error(UnexpectedAnswer, doing, why, answer, Sent.MAYBE)
        try:
            return into.validate_json(answer.body)
        except (ValidationError, ValueError, RecursionError) as error:
            kinds = error.errors(include_input=False, include_url=False) if isinstance(error, ValidationError) else []
            broken = not kinds or kinds[0]["type"] == "json_invalid"
            where = "" if broken else " at " + plain(".".join(str(p) for p in kinds[0]["loc"][:6]), 80)
            why = "the answer is not JSON, or was cut short" if broken else f"not the documented answer{where}"
            failure = self._error(UnexpectedAnswer, doing, why, answer, Sent.MAYBE)
        raise _Retry(failure) if broken else failure

    async def _exchange(
        self, client: httpx.AsyncClient, method: str, address: str, params: Params, json: object,
        headers: Mapping[str, str] | None, doing: str,
    ) -> Answer:  # fmt: skip
        """Send once and read the whole body; transport errors become ours here and nowhere else."""
        started, status = time.perf_counter(), 0
        body = {} if json is None else {"json": json}
        try:
            self.requests += 1
            request = client.build_request(method, address, params=list(params) or None, headers=headers, **body)  # type: ignore[arg-type]
            response = await client.send(request, stream=True)
            try:
                status = response.status_code
                encoding = response.headers.get("content-encoding", "")
                data = await read_body(response.aiter_raw(), encoding, response.headers.get("content-length"), CAP)
            finally:
                await response.aclose()
            return Answer(status, {k.lower(): v for k, v in response.headers.items()}, data)
        except _Unsent as error:
            raise self._error(UnexpectedAnswer, doing, str(error), None, Sent.NO) from None
        except BodyError as error:
            failure = self._error(UnexpectedAnswer, doing, str(error), None, Sent.MAYBE)
            raise (_Retry(failure) if "cut short" in str(error) else failure) from None
        except _NEVER_SENT as error:
            raise _Retry(self._error(Unreachable, doing, self._reason(error), None, Sent.NO)) from None
        except httpx.TransportError as error:
            raise _Retry(self._error(Unreachable, doing, self._reason(error), None, Sent.MAYBE)) from None
        except (httpx.HTTPError, httpx.StreamError, ValueError, LookupError, TypeError) as error:
            why = f"the answer cannot be read ({type(error).__name__})"
            raise self._error(UnexpectedAnswer, doing, why, None, Sent.MAYBE) from None
        finally:
            milliseconds = 1000 * (time.perf_counter() - started)
            log.info("%s %s %s %.0f ms", method, plain(urlsplit(address).path, 200), status or "-", milliseconds)

    async def _fence(self, request: httpx.Request) -> None:
        """Refuse every origin but the account's, and every path above its base, before anything is sent (R1)."""
        url = request.url
        port = url.port or {"https": 443, "http": 80}.get(url.scheme, 0)
        inside = url.path == self._path or url.path.startswith(self._path + "/")
        if (url.scheme, url.host, port) != self._origin or not inside or ".." in url.path.split("/"):
            raise _Unsent("the address leads away from the account's platform; nothing was sent")

    def _failure(self, answer: Answer, doing: str, *, explained: bool = True) -> Exception:
        """The error an HTTP status stands for, wrapped in `_Retry` where it may pass."""
        status = answer.status
        refusal = self._explain(status, answer.body) if explained else None
        why = refusal.message if refusal else self._phrase(answer)
        if refusal is not None and refusal.kind is not None:
            return self._error(refusal.kind, doing, why, answer, Sent.REFUSED, refusal.code)
        code = refusal.code if refusal else None
        if status == 429:
            return self._limited(answer, doing, why, code)
        if status >= 500:
            failure = self._error(PlatformDown, doing, why, answer, Sent.MAYBE, code)
            return _Retry(failure) if status in _TRANSIENT else failure
        if status < 400:
            redirect = "the platform sent us elsewhere; redirects are not followed" if status >= 300 else why
            return self._error(UnexpectedAnswer, doing, redirect, answer, Sent.MAYBE)
        kinds: dict[int, type[PlatformError]] = {401: AuthRefused, 403: Forbidden, 404: NotFound, 410: NotFound}
        return self._error(kinds.get(status, Rejected), doing, why, answer, Sent.REFUSED, code)

    def _limited(self, answer: Answer, doing: str, why: str, code: int | str | None) -> Exception:
        now = self._clock.now()
        until = ratelimit.retry_at(answer.headers, now)
        failure = RateLimited(
            self.account, doing, self._safe(why), retry_at=until, status=429, code=code, request_id=_request_id(answer)
        )
        wait = None if until is None else (until - now).total_seconds()
        return failure if wait is None or wait > _SHORT_RESET else _Retry(failure, wait)

    def _phrase(self, answer: Answer) -> str:
        text = answer.body[:2000].decode("utf-8", "replace").strip()
        if text.startswith("<"):
            return f"HTTP {answer.status} with a web page: a login portal, a proxy or maintenance"
        return f"HTTP {answer.status}" + (f": {text}" if text else "")

    def _reason(self, error: Exception) -> str:
        host = self._origin[1]
        if isinstance(error, httpx.LocalProtocolError):
            return "the request could not be written; look at the token for stray characters"
        if isinstance(error, httpx.TimeoutException):
            return f"{host} did not answer in time"
        text = str(error) or type(error).__name__
        return f"cannot reach {host}: {text}"

    def _late(self, doing: str, seconds: float) -> PlatformError:
        return self._error(Unreachable, doing, f"no whole answer within {seconds:.0f} s", None, Sent.MAYBE)

    def _error(
        self, kind: type[PlatformError], doing: str, why: str, answer: Answer | None, sent: Sent,
        code: int | str | None = None,
    ) -> PlatformError:  # fmt: skip
        status = answer.status if answer else None
        return kind(
            self.account, doing, self._safe(why), sent=sent, status=status, code=code, request_id=_request_id(answer)
        )

    def _safe(self, why: str) -> str:
        """A platform's text, cleaned, cut, and without our token in any of its forms (R17)."""
        secret = self._auth.token.reveal()
        raw = secret.encode()
        for form in (
            secret,
            quote(secret, safe=""),
            base64.b64encode(raw).decode(),
            base64.urlsafe_b64encode(raw).decode(),
        ):
            if form:
                why = why.replace(form, "***")
        return plain(why, _WHY_LIMIT)


def _request_id(answer: Answer | None) -> str | None:
    found = answer.headers.get("x-request-id") if answer else None
    return plain(found, 100) if found else None

"""The one way to a platform: base URL, auth, deadlines, caps, retries, rate limits, error translation.

This folder alone imports httpx (R56), and this file alone puts a token into a header (R7). Above it only the
error tree of `domain/errors.py` exists. What httpx does on its own and what must be done for it stands in part 1 of the
reliability notes; tests pin each fact this file leans on.
"""

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable, Collection, Generator, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal
from urllib.parse import unquote

import httpx

from tui.clock import Clock, SystemClock
from tui.domain.account import Budget
from tui.domain.errors import (
    ConfigError,
    Forbidden,
    NotFound,
    PlatformError,
    ReadOnly,
    Sent,
    UnexpectedAnswer,
    Unreachable,
    Untrusted,
)
from tui.domain.text import plain
from tui.domain.token import Token
from tui.platforms import ratelimit
from tui.platforms.address import Base, is_loopback
from tui.platforms.body import CAP, BodyError, read_body
from tui.platforms.call import Auth, Call, Params
from tui.platforms.http.transports import Routed, read_address, tls
from tui.platforms.network import BUNDLES, Proxy, bundle, distrust, remedies
from tui.platforms.parse import Reader, Unreadable, parse
from tui.platforms.protocols import PATIENCE
from tui.platforms.retry import ATTEMPTS, RetryBudget
from tui.platforms.verdict import Answer, Explain, Retry, Verdicts, forms_of

__all__ = ["ApiClient"]  # fmt: skip

log = logging.getLogger(__name__)
DEADLINE = 30.0
"""Seconds for one call in all."""
LOG_DEADLINE = 120.0
"""Seconds for a part of a log."""
_NEVER_SENT = (
    httpx.ProxyError,
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.UnsupportedProtocol,
    httpx.LocalProtocolError,
    httpx.InvalidURL,
)
_SPARE = 5.0
"""Seconds of a deadline that are kept for the answer after a wait."""


class _Unsent(Exception):
    """The fence refused the request before anything left."""


class _TokenAuth(httpx.Auth):
    """Puts the token into its header; nothing else does."""

    def __init__(self, auth: Auth) -> None:
        self._auth = auth

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers[self._auth.header] = self._auth.token.reveal()
        yield request


def _lasts(error: Exception) -> bool:
    """A certificate that is not trusted and a proxy's no stay so."""
    return distrust(error) is not None or (isinstance(error, httpx.ProxyError) and str(error).startswith("4"))


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
        proxy: Proxy | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        clock: Clock | None = None,
        rng: random.Random | None = None,
        connections: int = 16,
        deadline: float = DEADLINE,
        log_deadline: float = LOG_DEADLINE,
        patience: float = PATIENCE,
        secrets: Callable[[], Collection[Token]] = tuple,
    ) -> None:
        self.account = account
        self.url = url.rstrip("/")
        if (parsed := read_address(self.url)) is None:
            raise ConfigError(f"{account}: url is not a web address; write https://...")
        self._base = Base.of(account, self.url, parsed)
        self._deadline, self._log_deadline = deadline, log_deadline
        self._read_only = read_only
        self._clock = clock or SystemClock()

        def hidden() -> Iterator[str]:
            for token in (auth.token, *secrets()):
                yield from forms_of(token.reveal())

        self._verdicts = Verdicts(account, explain, self._clock, hidden, patience)
        self._retries = RetryBudget(rng)
        self._budget: Budget | None = None
        self.skew: float | None = None
        """Seconds by which the platform's clock is ahead of ours, by the `Date` of its latest answer."""
        self._reading = asyncio.Lock()
        self._ways: Routed | None = None
        self.requests = 0
        """Requests sent so far."""
        self._bundle = bundle(ca_file)
        limits = httpx.Limits(max_connections=connections, max_keepalive_connections=connections)
        try:
            ways = [transport or self._routed(parsed, limits, proxy) for _ in range(2)]
            common: dict[str, Any] = {
                "follow_redirects": False, "timeout": httpx.Timeout(20.0, connect=10.0), "trust_env": False,
            }  # fmt: skip
            self._client = httpx.AsyncClient(
                auth=_TokenAuth(auth),
                event_hooks={"request": [self._fence]},
                headers={"Accept": "application/json", "Accept-Encoding": "gzip", "User-Agent": "taskdeck"},
                transport=ways[0],
                **common,
            )
            self._bare = httpx.AsyncClient(
                headers={"Accept-Encoding": "identity", "User-Agent": "taskdeck"}, transport=ways[1], **common
            )
        except (ImportError, httpx.InvalidURL, OSError, ValueError) as error:
            raise ConfigError(
                f"{account}: a proxy or certificate setting cannot be used ({type(error).__name__}: "
                f"{plain(str(error), 200)}); look at ca_file, HTTPS_PROXY, ALL_PROXY, NO_PROXY, {', '.join(BUNDLES)}"
            ) from None

    def _routed(self, url: httpx.URL, limits: httpx.Limits, proxy: Proxy | None) -> Routed:
        """The network; the way to the platform is made at once, so that a proxy that cannot be used is named now."""
        found = self._bundle
        ways = self._ways = Routed(tls(found.path if found else None, False), limits, proxy)
        ways.way(url)
        return ways

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
        url = read_address(address)
        return None if url is None else self._base.below(url)

    async def get(
        self, path: str, params: Params = (), *, doing: str, into: Reader | None = None,
        headers: Mapping[str, str] | None = None, settled: Collection[int] = (),
    ) -> Answer:  # fmt: skip
        """A read by GET, repeated within the retry budget. `path` starts with a slash and is percent-encoded.

        `settled` names HTTP statuses that mean here what they say, where elsewhere they may pass: not repeated.
        """
        return await self._read(Call("GET", path, doing, params, None, into, headers, settled))

    async def ask(
        self, path: str, json: object, *, params: Params = (), doing: str, into: Reader | None = None
    ) -> Answer:
        """A read that the platform wants as POST (bulk get, search, paginate): repeated like any read."""
        return await self._read(Call("POST", path, doing, params, json, into))

    async def act(
        self,
        method: Literal["POST", "PUT", "PATCH", "DELETE"],
        path: str,
        json: object = None,
        *,
        params: Params = (),
        doing: str,
        into: Reader | None = None,
    ) -> Answer:
        """An action: sent once, never repeated (R33); `ReadOnly` on a read-only account (R42)."""
        if self._read_only:
            raise ReadOnly(self.account, doing, "the account is read-only here", sent=Sent.NO)
        try:
            async with asyncio.timeout(self._deadline):
                return await self._attempt(Call(method, path, doing, params, json, into))
        except Retry as once:
            raise once.error from None
        except TimeoutError:
            raise self._late(doing, self._deadline) from None

    async def fetch(self, address: str, start: int, limit: int, *, doing: str) -> Answer:
        """Bytes from a pre-signed address on another host, by a second client without token or cookie (R1).

        A negative start counts from the end. The answer is 206 with `content-range`, or 200 with the whole.
        """
        url = read_address(address) or httpx.URL("")
        secure = url.scheme == "https" or (url.scheme == "http" and self._base.local and is_loopback(url.host))
        if not secure or not url.host or url.userinfo:
            why = "the log's address is not a plain https address; it was not opened"
            raise UnexpectedAnswer(self.account, doing, why, sent=Sent.NO)
        span = f"bytes={start}" if start < 0 else f"bytes={start}-{start + limit - 1}"
        call = Call("GET", address, doing, headers={"Range": span})
        try:
            async with asyncio.timeout(self._log_deadline):
                return await self._repeat(call, self._fetch_once)
        except TimeoutError:
            raise self._late(doing, self._log_deadline) from None

    async def _fetch_once(self, call: Call) -> Answer:
        self._bare.cookies.clear()
        answer = await self._exchange(self._bare, call, call.path)
        if answer.status == 416:  # nothing there to send: an empty log
            return Answer(206, answer.headers, b"")
        if answer.status == 401:  # the storage's word on its own address says nothing of the account's token
            raise self._verdicts.error(
                Forbidden, call.doing, "the log's address is not valid (any more)", answer, Sent.REFUSED
            )
        if answer.status not in {200, 206}:
            raise self._verdicts.failure(answer, call.doing, explained=False)
        return answer

    async def _read(self, call: Call) -> Answer:
        try:
            async with asyncio.timeout(self._deadline):
                return await self._repeat(call, self._attempt)
        except TimeoutError:
            raise self._late(call.doing, self._deadline) from None

    async def _repeat(self, call: Call, attempt: Callable[[Call], Awaitable[Answer]]) -> Answer:
        """Attempts of a read until one succeeds, the budget is spent or the error is final."""
        self._retries.called(start := self._clock.monotonic())
        for number in range(1, ATTEMPTS + 1):
            try:
                answer = await attempt(call)
                self._retries.answered()
                return answer
            except Retry as failed:
                if failed.error.status in call.settled:
                    raise failed.error from None
                if number == ATTEMPTS or not self._retries.take(self._clock.monotonic()):
                    raise failed.error from None
                wait = self._retries.wait(number) if failed.wait is None else failed.wait
                if failed.wait is not None and self._clock.monotonic() - start + wait > self._deadline - _SPARE:
                    raise failed.error from None
                log.info("%s: %s: again in %.1f s", self.account, call.doing, wait)
                await self._clock.sleep(wait)
        raise AssertionError("unreachable: the last attempt returns or raises")

    async def _attempt(self, call: Call) -> Answer:
        """One exchange, judged: an `Answer`, `Retry` for what may pass, or a final error."""
        if {"..", "."} & set(unquote(call.path).split("/")):  # httpx would climb, and ask for something else
            why = "there is no such thing; nothing was sent"
            raise self._verdicts.error(NotFound, call.doing, why, None, Sent.NO)
        answer = await self._exchange(self._client, call, self.url + call.path)
        now = self._clock.now()
        if "date" in answer.headers:
            self.skew = (ratelimit.server_time(answer.headers, now) - now).total_seconds()
        if told := ratelimit.budget(answer.headers, now):
            self._budget = told
        if not 200 <= answer.status < 300:
            raise self._verdicts.failure(answer, call.doing)
        if call.into is None:
            return answer
        async with self._reading:  # one a turn of the loop: sixteen pages may come at once, and a key behind them
            value = self._parsed(answer, call.into, call.doing)
            await asyncio.sleep(0)
        return Answer(answer.status, answer.headers, answer.body, value)

    def _parsed(self, answer: Answer, into: Reader, doing: str) -> Any:
        try:
            return parse(answer.body, into)
        except Unreadable as error:
            failure = self._verdicts.error(UnexpectedAnswer, doing, str(error), answer, Sent.MAYBE)
            raise (Retry(failure) if error.passing else failure) from None

    async def _exchange(self, client: httpx.AsyncClient, call: Call, address: str) -> Answer:
        """Send once and read the whole body; transport errors become ours here and nowhere else."""
        request, doing = self._request(client, call, address), call.doing
        started, status = time.perf_counter(), 0
        try:
            self.requests += 1
            response = await client.send(request, stream=True)
            try:
                status = response.status_code
                encoding = response.headers.get("content-encoding", "")
                data = await read_body(response.aiter_raw(), encoding, response.headers.get("content-length"), CAP)
            finally:
                await response.aclose()
            return Answer(status, {k.lower(): v for k, v in response.headers.items()}, data)
        except _Unsent as error:
            raise self._verdicts.error(UnexpectedAnswer, doing, str(error), None, Sent.NO) from None
        except BodyError as error:
            failure = self._verdicts.error(UnexpectedAnswer, doing, str(error), None, Sent.MAYBE)
            raise (Retry(failure) if error.cut else failure) from None
        except (httpx.TransportError, httpx.InvalidURL, OSError) as error:
            sent = Sent.NO if isinstance(error, _NEVER_SENT) else Sent.MAYBE
            why = self._reason(error, request.url)
            kind = Unreachable if distrust(error) is None else Untrusted
            failure = self._verdicts.error(kind, doing, why, None, sent)
            raise (failure if _lasts(error) else Retry(failure)) from None
        except (httpx.HTTPError, httpx.StreamError, ValueError, LookupError, TypeError, ArithmeticError) as error:
            why = f"the answer cannot be read ({type(error).__name__})"
            raise self._verdicts.error(UnexpectedAnswer, doing, why, None, Sent.MAYBE) from None
        except RuntimeError:
            if not client.is_closed:  # closed while it was under way, for a new token: not a bug
                raise
            raise self._verdicts.error(Unreachable, doing, "the connection was closed", None, Sent.MAYBE) from None
        finally:
            milliseconds = 1000 * (time.perf_counter() - started)
            log.info("%s %s %s %.0f ms", call.method, plain(request.url.path, 200), status or "-", milliseconds)

    def _request(self, client: httpx.AsyncClient, call: Call, address: str) -> httpx.Request:
        """What will be sent; what cannot be written proves that nothing was."""
        if client.is_closed:
            raise self._verdicts.error(Unreachable, call.doing, "the connection was closed", None, Sent.NO)
        body: dict[str, Any] = {} if call.json is None else {"json": call.json}
        try:
            return client.build_request(
                call.method, address, params=list(call.params) or None, headers=call.headers, **body
            )
        except (httpx.InvalidURL, ValueError, TypeError, RecursionError) as error:
            why = f"the request cannot be written ({type(error).__name__})"
            raise self._verdicts.error(UnexpectedAnswer, call.doing, why, None, Sent.NO) from None

    async def _fence(self, request: httpx.Request) -> None:
        """Refuse every origin but the account's, and every path above its base, before anything is sent (R1)."""
        if not self._base.holds(request.url):
            raise _Unsent("the address leads away from the account's platform; nothing was sent")

    def _reason(self, error: Exception, url: httpx.URL) -> str:
        """Why there is no answer, and from whom: a log may lie on another host than the platform's."""
        ours = self._base.holds(url)
        who = self._base.host if ours else f"{plain(url.host, 200)}, where the log is kept,"
        if isinstance(error, httpx.LocalProtocolError):
            return "the request could not be written; look at the token for stray characters"
        proxy = self._ways.proxy(url) if self._ways is not None else None
        if (refused := distrust(error)) is not None:
            return remedies(refused, plain(url.host, 200), self._bundle, proxy)
        text = str(error) or type(error).__name__
        if proxy is not None and isinstance(error, httpx.ProxyError):
            login = f"; write http://NAME:PASSWORD@HOST:PORT into {proxy.origin}" if text.startswith("407") else ""
            return f"the proxy {proxy} refuses to lead to {plain(url.host, 200)}: {text}{login}"
        if proxy is not None and isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
            return f"the proxy {proxy} cannot be reached: {text}"
        if isinstance(error, httpx.TimeoutException):
            return f"{who} did not answer in time{f', through the proxy {proxy}' if proxy else ''}"
        if proxy is not None:
            text += f" (through the proxy {proxy})"
        return f"cannot reach {self.url if ours else who.removesuffix(',')}: {text}"

    def _late(self, doing: str, seconds: float) -> PlatformError:
        return self._verdicts.error(Unreachable, doing, f"no whole answer within {seconds:.0f} s", None, Sent.MAYBE)

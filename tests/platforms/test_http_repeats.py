"""What is asked again, how often, and after what wait (R26, R27)."""

import random
from datetime import timedelta
from email.utils import format_datetime

import httpx
import pytest

from tests.support.clocks import HeldClock
from tests.support.servers import NOW, SHAPE, Scripted, answer, client
from tui.domain.errors import (
    AuthRefused,
    Forbidden,
    NotFound,
    PlatformDown,
    PlatformError,
    RateLimited,
    Rejected,
    UnexpectedAnswer,
    Unreachable,
)
from tui.platforms import ratelimit
from tui.platforms.retry import RetryBudget

TABLE = [
    (answer(500), PlatformDown, 3),
    (answer(502), PlatformDown, 3),
    (answer(503), PlatformDown, 3),
    (answer(504), PlatformDown, 3),
    (answer(408), PlatformDown, 3),
    (answer(501), PlatformDown, 1),
    (answer(505), PlatformDown, 1),
    (httpx.Response(200, content=b""), UnexpectedAnswer, 3),
    (httpx.Response(204), UnexpectedAnswer, 3),
    (httpx.Response(200, content=b'{"ok": tr'), UnexpectedAnswer, 3),
    (answer(200, {"other": 1}), UnexpectedAnswer, 1),
    (answer(200, []), UnexpectedAnswer, 1),
    (httpx.ConnectError("refused"), Unreachable, 3),
    (httpx.ReadError("reset"), Unreachable, 3),
    (httpx.ReadTimeout("slow"), Unreachable, 3),
    (httpx.RemoteProtocolError("closed"), Unreachable, 3),
    (answer(400), Rejected, 1),
    (answer(401), AuthRefused, 1),
    (answer(403), Forbidden, 1),
    (answer(404), NotFound, 1),
    (answer(410), NotFound, 1),
    (answer(409), Rejected, 1),
    (answer(422), Rejected, 1),
    (answer(429), RateLimited, 3),
    (answer(429, headers={"Retry-After": "1"}), RateLimited, 3),
    (answer(429, headers={"Retry-After": "3"}), RateLimited, 1),
    (answer(304), UnexpectedAnswer, 1),
]


@pytest.mark.parametrize(("given", "kind", "attempts"), TABLE)
async def test_r26_what_may_pass_is_tried_three_times(
    given: httpx.Response | Exception, kind: type[PlatformError], attempts: int
) -> None:
    """Attempts and error of each answer; bulk reads by POST are reads too."""
    for post in (False, True):
        transport, clock = Scripted(given), HeldClock(NOW)
        async with client(transport, clock=clock) as api:
            with pytest.raises(PlatformError) as failed:
                await (
                    api.ask("/bulk", {}, doing="refreshing", into=SHAPE)
                    if post
                    else api.get("/tasks", doing="listing", into=SHAPE)
                )
        assert type(failed.value) is kind
        assert len(transport.requests) == attempts
        assert len(clock.waits) == attempts - 1


@pytest.mark.parametrize("fault", [answer(503), httpx.ReadError("reset"), httpx.Response(200, content=b"")])
async def test_r26_one_passing_fault_is_always_bridged(fault: httpx.Response | Exception) -> None:
    """Also by a process that has sent nothing before: the budget is never below five."""
    for _ in range(5):
        transport = Scripted(fault, answer())
        async with client(transport) as api:
            got = await api.get("/tasks", doing="listing", into=SHAPE)
        assert got.value.ok
        assert len(transport.requests) == 2


def test_r26_waits_have_full_jitter_and_grow() -> None:
    """Anywhere from 0 to the step; steps double from a second up to half a minute."""
    waits = RetryBudget(random.Random(7))
    for attempt, most in ((1, 1.0), (2, 2.0), (3, 4.0), (9, 30.0)):
        drawn = [waits.wait(attempt) for _ in range(500)]
        assert 0 <= min(drawn) < most * 0.1
        assert most * 0.9 < max(drawn) <= most


async def test_r26_a_dead_platform_is_not_hammered() -> None:
    """Of 100 failing calls in a row at most a tenth are repeated (never fewer than five)."""
    transport, clock = Scripted(answer(503)), HeldClock(NOW)
    async with client(transport, clock=clock, rng=random.Random(1)) as api:
        for _ in range(100):
            with pytest.raises(PlatformDown):
                await api.get("/tasks", doing="listing", into=SHAPE)
    assert 105 <= len(transport.requests) <= 110


async def test_r26_a_platform_that_answers_in_between_is_asked_again_each_time() -> None:
    """A fault in each of 100 calls, with an answer after it, is bridged 100 times: only an outage spends the budget."""
    transport = Scripted(*(what for _ in range(100) for what in (answer(503), answer())))
    async with client(transport, clock=HeldClock(NOW), rng=random.Random(1)) as api:
        for _ in range(100):
            await api.get("/tasks", doing="listing", into=SHAPE)
    assert len(transport.requests) == 200


def test_r26_the_budget_is_a_tenth_of_two_minutes() -> None:
    """Calls and retries leave it after 120 s; nothing older is remembered, however long the program runs."""
    budget = RetryBudget()
    assert [budget.take(0.0) for _ in range(6)] == [True] * 5 + [False]
    assert budget.take(119.0) is False
    assert budget.take(120.0) is True
    busy = RetryBudget()
    for _ in range(200):
        busy.called(0.0)
    assert sum(busy.take(1.0) for _ in range(50)) == 20
    for second in range(100_000):
        busy.called(float(second))
    assert len(busy._calls) <= 120


DATE = format_datetime(NOW)


def after(**delta: float) -> str:
    return str(int((NOW + timedelta(**delta)).timestamp()))


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "7"}, 7),
        ({"retry-after": "0"}, 1),
        ({"retry-after": "0.2"}, 1),
        ({"retry-after": "86400"}, 3600),
        ({"retry-after": "1e12"}, 3600),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "Fri, 31 Dec 9999 23:59:59 -2300"}, None),
        ({"retry-after": format_datetime(NOW + timedelta(seconds=40)), "date": DATE}, 40),
        ({"retry-after": format_datetime(NOW + timedelta(seconds=40))}, 40),
        ({"retry-after": format_datetime(NOW - timedelta(hours=3)), "date": DATE}, 1),
        ({"retry-after": "9", "x-ratelimit-reset": after(minutes=5)}, 9),
        ({"retry-after": "junk", "x-ratelimit-reset": after(seconds=90)}, 90),
        ({"x-ratelimit-reset": after(seconds=90)}, 90),
        ({"x-ratelimit-reset": after(seconds=90) + "000"}, 90),
        ({"x-ratelimit-reset": after(seconds=-90)}, 1),
        ({"x-ratelimit-reset": after(days=400)}, 3600),
        ({"x-ratelimit-reset": "99999999999999"}, 3600),
        ({"x-ratelimit-reset": "999999999999999999999"}, None),
        ({"x-ratelimit-reset": "tomorrow"}, None),
        # Our clock is 2 hours behind the platform's, then ahead of it: only their own `Date` counts.
        ({"x-ratelimit-reset": after(hours=2, seconds=90), "date": format_datetime(NOW + timedelta(hours=2))}, 90),
        ({"x-ratelimit-reset": after(hours=-2, seconds=90), "date": format_datetime(NOW - timedelta(hours=2))}, 90),
        ({"retry-after": format_datetime(NOW + timedelta(hours=2, seconds=5)),
          "date": format_datetime(NOW + timedelta(hours=2))}, 5),
        ({"x-ratelimit-reset": after(seconds=90), "date": "yesterday"}, 90),
    ],
)  # fmt: skip
def test_r27_when_to_come_back(headers: dict[str, str], seconds: float | None) -> None:
    """Between a second and an hour from now, or not told."""
    until = ratelimit.retry_at(headers, NOW)
    assert (None if until is None else (until - NOW).total_seconds()) == seconds


async def test_r27_the_error_says_when() -> None:
    """So that the screen can show the time; a short reset is waited for exactly, then asked again."""
    transport = Scripted(answer(429, headers={"X-RateLimit-Reset": after(seconds=200), "Date": DATE}))
    async with client(transport) as api:
        with pytest.raises(RateLimited) as failed:
            await api.get("/tasks", doing="listing", into=SHAPE)
    assert failed.value.retry_at == NOW + timedelta(seconds=200)
    clock = HeldClock(NOW)
    async with client(Scripted(answer(429, headers={"Retry-After": "2"}), answer()), clock=clock) as api:
        assert (await api.get("/tasks", doing="listing", into=SHAPE)).value.ok
    assert clock.waits == [2.0]


@pytest.mark.parametrize(
    ("resets", "waits"), [((20,), [20]), ((21,), []), ((10, 10), [10, 10]), ((20, 10), [20]), ((1, 1, 1), [1, 1])]
)
async def test_r27_a_patient_client_waits_longer_within_the_deadline(resets: tuple[int, ...], waits: list[int]) -> None:
    """A command has nothing else to do; what cannot be waited out is a rate limit still, never a deadline missed."""
    limits = (answer(429, headers={"Retry-After": str(seconds)}) for seconds in resets)
    transport, clock = Scripted(*limits, answer()), HeldClock(NOW)
    async with client(transport, clock=clock, patience=20.0) as api:
        if len(waits) == len(resets):
            await api.get("/tasks", doing="listing", into=SHAPE)
        else:
            with pytest.raises(RateLimited):
                await api.get("/tasks", doing="listing", into=SHAPE)
    assert clock.waits == waits


async def test_r27_the_budget_is_read_from_every_answer() -> None:
    """Limit, remaining and the reset by our own clock; answers without them leave what is known."""
    skew = timedelta(minutes=30)
    told = {
        "X-RateLimit-Limit": "1000", "X-RateLimit-Remaining": "871", "X-RateLimit-Reset": after(minutes=33),
        "Date": format_datetime(NOW + skew),
    }  # fmt: skip
    async with client(Scripted(answer(headers=told), answer(503, headers={"X-RateLimit-Limit": "oops"}))) as api:
        assert api.budget is None
        await api.get("/tasks", doing="listing", into=SHAPE)
        assert api.budget is not None
        assert (api.budget.limit, api.budget.remaining) == (1000, 871)
        assert api.budget.resets == NOW + timedelta(minutes=3)
        with pytest.raises(PlatformDown):
            await api.get("/tasks", doing="listing", into=SHAPE)
        assert api.budget.remaining == 871


async def test_r10_a_refused_token_is_tried_once() -> None:
    """A 401 is final: no loop, no second try with the same token."""
    transport = Scripted(answer(401), answer())
    async with client(transport) as api:
        with pytest.raises(AuthRefused):
            await api.get("/tasks", doing="listing", into=SHAPE)
    assert len(transport.requests) == 1

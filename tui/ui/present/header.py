"""The two lines above the list: accounts with their lamps and ages; counts, money, request budgets."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from tui.domain.errors import AuthRefused, NoSuchApi, PlatformError, RateLimited, Unreachable
from tui.domain.query import SortKey
from tui.domain.status import TaskStatus
from tui.store.snapshot import Feed, Snapshot
from tui.ui.present.columns import WORDS
from tui.ui.present.listing import Totals
from tui.ui.present.text import Piece, Row, cells, row

__all__ = ["account_line", "age_words", "counts_line", "lamp", "rows_pieces"]

_WIDE = 100
_CUT = {" OFFLINE": " OFF", " LIMIT": " LIM"}
"""What a lamp says on a narrow screen where many are lit."""
_STEPS = (5, 10, 15, 20, 30, 45)
_ORDER = (
    TaskStatus.RUNNING, TaskStatus.STARTING, TaskStatus.FINISHING, TaskStatus.QUEUED, TaskStatus.FAILED,
    TaskStatus.DONE, TaskStatus.ABORTED, TaskStatus.DRAFT, TaskStatus.UNKNOWN,
)  # fmt: skip
_LEAST = (
    TaskStatus.DRAFT, TaskStatus.UNKNOWN, TaskStatus.ABORTED, TaskStatus.FINISHING, TaskStatus.STARTING,
    TaskStatus.DONE, TaskStatus.QUEUED,
)  # fmt: skip
"""Counts that give way where there is no room, what matters least first; what runs and what failed always stands."""
_ROLES = {"bad": "bad", "run": "good", "wait": "wait", "start": "start", "done": "done", "abort": "abort"}


def age_words(age: timedelta) -> str:
    """How old, in steps that rarely change: `0s`, `5s`, `30s`, `2m`, `1h`."""
    seconds = max(0, int(age.total_seconds()))
    if seconds < 60:
        return f"{max((s for s in _STEPS if s <= seconds), default=0)}s"
    return f"{seconds // 60}m" if seconds < 3600 else f"{seconds // 3600}h"


def lamp(feed: Feed, now: datetime) -> tuple[str, str, str]:
    """One account's state: a sign for narrow screens, the words for wide ones, the role."""
    age = "" if feed.fetched is None else age_words(now - feed.fetched)
    if feed.error is not None:
        word = _trouble(feed.error)
        return f" {word}", f"{word} {age}".rstrip(), "bad"
    if feed.fetched is None:
        return ".", "cached" if feed.tasks else "loading", "dim"
    if feed.stale(now):
        return "!", f"STALE {age}", "warn"
    if feed.loading and not feed.complete:
        return ".", f"loading {len(feed.tasks):,}", "good"
    every = f"/{age_words(feed.interval)}" if feed.seldom else ""  # who asks so seldom says how seldom
    return "+", f"ok {age}{every}", "good"


def _trouble(error: PlatformError) -> str:
    match error:
        case AuthRefused():
            return "AUTH"
        case NoSuchApi():
            return "NO API"
        case RateLimited():
            return "LIMIT"
        case Unreachable():
            return "OFFLINE"
    return "DOWN"


def account_line(
    snapshot: Snapshot, now: datetime, *, scope: str | None, names: Mapping[str, str], read_only: bool,
    refresh: str, zone: str, width: int,
) -> Row:  # fmt: skip
    """The first line: its left and its right part, in full where there is room, else in fewer words: no account's lamp
    is ever cut off for want of a shorter one.

    Args:
        scope: The only account that is shown, or None.
        names: Short names, for narrow screens.
        read_only: Nothing can be changed on any account.
        refresh: `auto`, `paused at 11:02:09`.
        zone: The display zone: its letters, then its distance from UTC; narrow screens show the first of both.
    """
    right: list[Piece] = [("READ-ONLY   ", "warn")] if read_only else []
    pace: list[Piece] = [(f"refresh {refresh}", "warn" if refresh.startswith("paused") else "dim")]
    lamps = _lamps(snapshot, now, scope)
    left: list[Piece] = [("taskdeck ", "strong")]
    place = 0 if scope is None else list(snapshot.feeds).index(scope) + 1 if scope in snapshot.feeds else 0
    chosen = "all" if scope is None else scope
    tries = []
    if width >= _WIDE:
        long = [*left, (f" account scope <{place} {chosen}>  ", ""), *lamps]
        tries = [row(long, [*right, *pace, (f"   {zone}", "dim")])]
        tries.append(
            row([*left, (f"<{place} {chosen}>  ", ""), *lamps], [*right, *([] if refresh == "auto" else pace)])
        )
    short: list[Piece] = [("RO  ", "warn")] if read_only else []
    oldest = max((now - f.fetched for f in snapshot.feeds.values() if f.fetched), default=None)
    if refresh.startswith("paused"):
        short.append(("paused", "warn"))
    elif oldest is not None:
        short.append((f"~{age_words(oldest)}", "dim"))
    here: list[Piece] = [(f"{zone.split()[0]}  ", "dim")]
    for cut in ({}, _CUT):
        signs = _signs(snapshot, now, scope, names, cut)
        lead = [*left, (f"<{place}:{chosen}>    ", ""), *signs]
        tries += [row(lead, [*here, *short]), row(lead, short)]
    return next((tried for tried in tries if cells((*tried[0], *tried[1])) < width), tries[-1])


def _lamps(snapshot: Snapshot, now: datetime, scope: str | None) -> list[Piece]:
    pieces: list[Piece] = []
    for digit, name, (_, words, role) in _each(snapshot, now, scope):
        pieces += [(f"{digit} {name} ", "dim" if role == "dim" else ""), (f"{words}   ", role)]
    return pieces


def _signs(
    snapshot: Snapshot, now: datetime, scope: str | None, names: Mapping[str, str], cut: Mapping[str, str]
) -> list[Piece]:
    pieces: list[Piece] = []
    for digit, name, (sign, _, role) in _each(snapshot, now, scope):
        pieces += [(f"{digit}{names.get(name, name)}", ""), (cut.get(sign, sign) + " ", role)]
    return pieces


def _each(snapshot: Snapshot, now: datetime, scope: str | None) -> Iterator[tuple[str, str, tuple[str, str, str]]]:
    """Each account's digit, name and lamp; those out of scope are dim while they are well."""
    for number, (name, feed) in enumerate(snapshot.feeds.items(), 1):
        sign, words, role = lamp(feed, now)
        role = "dim" if scope is not None and scope != name and role == "good" else role
        yield str(number) if number < 10 else " ", name, (sign, words, role)


def counts_line(
    totals: Totals, *, view: str, new: int, budgets: Sequence[tuple[str, int]], width: int, known: bool = True
) -> Row:  # fmt: skip
    """The second line: the view, rows by status, money per currency, requests left.

    Said in full where there is room; else in shorter words, without the requests, then without the view and the cents.
    Where even that is too long, whole counts go, those that matter least first; what is said is never cut.

    Args:
        totals: Of the rows that are shown.
        view: Its name.
        new: Failures that nobody looked at yet.
        budgets: Requests left, by account.
        width: Cells.
        known: Every account has answered; until then nothing is said to be nothing.
    """
    if not known and not totals.statuses.total():
        return row([(f"{view}: ", "dim"), ("loading", "dim")])
    spent = totals.spent
    rounded = [f"{money.amount:,.0f} {money.currency}" for money in spent.amounts]
    left_out = [f"+{spent.garbled}?"] if spent.garbled else []
    fewer = (" ".join([" + ".join(rounded[:n]), *left_out]) if n else "" for n in reversed(range(len(rounded) + 1)))
    cut = [text.strip() for text in fewer] if rounded else [str(spent)]
    wide = width >= _WIDE
    fulls = ((budgets, False), (budgets, True), ((), True))
    tries = [
        *(_full(totals, view, new, asked, spent.words, brief) for asked, brief in fulls if wide),
        *(_brief(totals, lead, money) for lead in (f"{view}: ", "") for money in (spent.words, str(spent), cut[0])),
        *(_brief(totals, "", cut[0], _LEAST[: n + 1]) for n in range(len(_LEAST))),
        *(_brief(totals, "", money, _LEAST) for money in cut[1:]),
    ]
    return next((tried for tried in tries if cells((*tried[0], *tried[1])) < width), tries[-1])


def _counts(
    totals: Totals, *, brief: bool, new: int = 0, gap: str = " ", without: Collection[TaskStatus] = ()
) -> list[Piece]:  # fmt: skip
    pieces = []
    for status in _ORDER:
        if status in without:
            continue
        if number := totals.of(status):
            word = WORDS[status].brief if brief else status.value
            news = f" ({new} new)" if new and status is TaskStatus.FAILED else ""
            pieces.append((f"{word} {number:,}{news}{gap}", _ROLES.get(WORDS[status].role, "")))
    return pieces or [("nothing  ", "dim")]


def _full(
    totals: Totals, view: str, new: int, budgets: Sequence[tuple[str, int]], spent: str, brief: bool
) -> Row:  # fmt: skip
    pieces: list[Piece] = [(f"view: {view}   ", "dim"), *_counts(totals, brief=brief, new=new, gap="  ")]
    if spent:
        pieces.append((f" |  spend in view {spent}", ""))
    if budgets:
        pieces.append(("  |  req left " + " ".join(f"{name} {left:,}" for name, left in budgets), "dim"))
    return row(pieces)


def _brief(totals: Totals, lead: str, spent: str, without: Collection[TaskStatus] = ()) -> Row:
    pieces: list[Piece] = [(lead, "dim"), *_counts(totals, brief=True, without=without)]
    if any(map(totals.of, without)):
        pieces.append(("..", "dim"))
    return row(pieces, [(spent, "")] if spent else [])


def rows_pieces(
    shown: int, size: int, *, whole: bool, complete: bool, failed: bool, marked: int, sort: SortKey, wide: bool
) -> list[Piece]:  # fmt: skip
    """At the right of the filter line: rows of all, marks, the order. `31+` while pages are missing; of a list that is
    not complete, the rows that match may still be whole, where the platform was asked for them."""
    every, some = f"{size:,}{'' if complete else '+'}", f"{shown:,}{'' if whole else '+'}"
    some = f"{some} of {every}" if shown != size else every
    pieces: list[Piece] = [("failed only   ", "bad")] if failed else []
    pieces.append((f"{some} rows" if wide else some, ""))
    if marked:
        pieces.append((f"   marked {marked:,}", "warn"))
    pieces.append((f"   sort: {sort.field}{'v' if sort.descending else '^'} ", "dim"))
    return pieces

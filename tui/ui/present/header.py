"""The two lines above the list: accounts as tabs with their states; counts, failures by the hour, money."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta

from tui.domain.errors import AuthRefused, NoSuchApi, PlatformError, RateLimited, Unreachable
from tui.domain.status import TaskStatus
from tui.store.snapshot import Feed, Snapshot
from tui.ui.present.charts import columns
from tui.ui.present.columns import WORDS
from tui.ui.present.glyphs import COLUMNS, DOT, MISSING, STATUS
from tui.ui.present.listing import Totals
from tui.ui.present.text import Piece, Row, cells, row

__all__ = ["account_line", "age_words", "counts_line", "lamp", "rows_pieces"]

_WIDE = 100
_STEPS = (5, 10, 15, 20, 30, 45)
_ORDER = (
    TaskStatus.FAILED, TaskStatus.RUNNING, TaskStatus.STARTING, TaskStatus.FINISHING, TaskStatus.QUEUED,
    TaskStatus.DONE, TaskStatus.ABORTED, TaskStatus.DRAFT, TaskStatus.UNKNOWN,
)  # fmt: skip
_LEAST = (
    TaskStatus.DRAFT, TaskStatus.UNKNOWN, TaskStatus.ABORTED, TaskStatus.FINISHING, TaskStatus.STARTING,
    TaskStatus.DONE, TaskStatus.QUEUED,
)  # fmt: skip
"""Counts that give way where there is no room, what matters least first; what runs and what failed always stands."""
_ROLES = {"unknown": "warn"}
"""Roles of words that are named otherwise here than in the table."""
_HOURS = (24, 12, 8, 0)
"""Failures of so many hours, as there is room."""
_FEW_LEFT = 0.2
"""Share of the requests below which it is said how many are left."""


def age_words(age: timedelta) -> str:
    """How old, in steps that rarely change: `0s`, `5s`, `30s`, `2m`, `1h`."""
    seconds = max(0, int(age.total_seconds()))
    if seconds < 60:
        return f"{max((s for s in _STEPS if s <= seconds), default=0)}s"
    return f"{seconds // 60}m" if seconds < 3600 else f"{seconds // 3600}h"


def lamp(feed: Feed, now: datetime) -> tuple[str, str, str]:
    """One account's state: a sign, the words, the role."""
    age = "" if feed.fetched is None else age_words(now - feed.fetched)
    if feed.error is not None:
        return STATUS[TaskStatus.FAILED], f"{_trouble(feed.error)} {age}".rstrip(), "bad"
    if feed.fetched is None:
        return STATUS[TaskStatus.STARTING], "cached" if feed.tasks else "loading", "dim"
    if feed.stale(now):
        return DOT, f"STALE {age}", "warn"
    if feed.loading and not feed.complete:
        of = f" of {feed.total:,}" if feed.total else ""
        return STATUS[TaskStatus.STARTING], f"{len(feed.tasks):,}{of}", "run"
    every = f"/{age_words(feed.interval)}" if feed.seldom else ""  # who asks so seldom says how seldom
    return DOT, f"ok {age}{every}", "good"


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
    refresh: str, zone: str, width: int, problems: int = 0,
) -> Row:  # fmt: skip
    """The first line: a tab for each account with its state, the chosen one underlined; in fewer words where there is
    no room, never without an account.

    Args:
        scope: The only account that is shown, or None.
        names: Short names, for narrow screens.
        read_only: Nothing can be changed on any account.
        refresh: `auto`, `paused at 11:02:09`.
        zone: The display zone: its letters, then its distance from UTC; narrow screens show the first of both.
        problems: How many there are.
    """
    wide = width >= _WIDE
    news = f"! {problems} problem{'s' if problems > 1 else ''}" if wide else f"! {problems}"
    right: list[Piece] = [(f"{news}   ", "warn")] if problems else []
    few = [(name, f.budget) for name, f in snapshot.feeds.items() if f.budget is not None and f.budget.limit]
    said = ", ".join(f"{n} {b.remaining:,}" for n, b in few if b.remaining < b.limit * _FEW_LEFT)
    if said:
        right.insert(0, (f"requests left: {said}   ", "warn"))
    if read_only:
        right.insert(0, ("READ-ONLY   " if wide else "RO  ", "warn"))
    pace = _pace(snapshot, refresh, wide)
    places: list[list[Piece]] = [[(f"   {zone}", "dim")], [(f"   {zone.split()[0]}", "dim")], []]
    tries = [
        row(_tabs(snapshot, now, scope, short, words), [*right, *pace, *place])
        for short, words in ((None, 3), (None, 2), (None, 1), (names, 1), (names, 0))
        for place in places[0 if wide else 1 :]
        if wide or short is not None
    ]
    tries += [row(_tabs(snapshot, now, scope, names, 0), end) for end in ([*right, *pace], right, right[:1])]
    return next((tried for tried in tries if cells((*tried[0], *tried[1])) < width), tries[-1])


def _pace(snapshot: Snapshot, refresh: str, wide: bool) -> list[Piece]:
    """How often the platforms are asked."""
    if refresh.startswith("paused"):
        return [(refresh if wide else "paused", "warn")]
    often = min((feed.interval for feed in snapshot.feeds.values()), default=None)
    return [] if often is None else [(f"every {age_words(often)}" if wide else age_words(often), "dim")]


def _tabs(
    snapshot: Snapshot, now: datetime, scope: str | None, names: Mapping[str, str] | None, words: int
) -> list[Piece]:
    """Every account's digit, name and sign.

    Args:
        names: Short ones; None for the whole.
        words: How much is said of an account that is not well: 0 its sign, 1 its state, 2 since when, 3 also when it is
            asked again.
    """
    gap, close = ("   ", " ") if names is None else ("  ", "")
    pieces: list[Piece] = [("taskdeck  ", "strong"), ("0 all", "here" if scope is None else "dim"), (gap, "")]
    for number, (name, feed) in enumerate(snapshot.feeds.items(), 1):
        sign, state, role = lamp(feed, now)
        well = role == "good"
        said = "" if well and not feed.seldom else state
        if well and feed.seldom:
            said = f"every {age_words(feed.interval)}"
        if words == 1:
            said = "" if well else " ".join(word for word in said.split(" ") if not word[:1].isdigit() or role == "run")
        if words == 3 and feed.error is not None and feed.next_try is not None and feed.next_try > now:
            said += f", next try {age_words(feed.next_try - now)}"
        digit = f"{number} " if number < 10 else ""
        here = "here" if scope == name else "dim" if scope is not None or names is None else ""
        pieces += [(digit, "dim"), (name if names is None else names.get(name, name), here)]
        pieces.append((f"{close}{sign}", role if scope in {None, name} or not well else "dim"))
        pieces += [(f" {said}", role)] if said and words else []
        pieces.append((gap, ""))
    return pieces[:-1]


def counts_line(totals: Totals, *, now: datetime | None = None, width: int, known: bool = True) -> Row:
    """The second line: rows by status, what failed first; failures by the hour; money per currency.

    Said in full where there is room; else without the words, then with fewer hours, then without the cents. Where even
    that is too long, whole counts go, those that matter least first; what is said is never cut.

    Args:
        totals: Of the rows that are shown.
        now: The last hour of the failures; None leaves them out.
        width: Cells.
        known: Every account has answered; until then nothing is said to be nothing.
    """
    if not known and not totals.statuses.total():
        return row([("loading", "dim")])
    spent = totals.spent
    rounded = [f"{money.amount:,.0f} {money.currency}" for money in spent.amounts]
    left_out = [f"+{spent.garbled}?"] if spent.garbled else []
    fewer = (" ".join([" + ".join(rounded[:n]), *left_out]) if n else "" for n in reversed(range(len(rounded) + 1)))
    cut = [text.strip() for text in fewer] if rounded else [str(spent)]
    tries = [
        row(_counts(totals, words=words), _right(totals, now, hours, money, long=words))
        for words in ((True, False) if width >= _WIDE else (False,))
        for hours in _HOURS[0 if words else 1 :]
        for money in (spent.words, str(spent), cut[0])
    ]
    lean = [row(_counts(totals, without=_LEAST[: n + 1]), _money(cut[0])) for n in range(len(_LEAST))]
    least = [row(_counts(totals, without=_LEAST), _money(money)) for money in cut[1:]]
    tries += [*lean, *least]
    return next((tried for tried in tries if cells((*tried[0], *tried[1])) < width), tries[-1])


def _counts(totals: Totals, *, words: bool = False, without: Collection[TaskStatus] = ()) -> list[Piece]:
    pieces: list[Piece] = []
    for status in _ORDER:
        if status not in without and (number := totals.of(status)):
            role = WORDS[status].role
            said = f"{STATUS[status]} {number:,}" + (f" {status.value}" if words else "")
            pieces += [(said, _ROLES.get(role, role)), ("  ", "")]
    if any(map(totals.of, without)):
        pieces.append(("..", "dim"))
    elif pieces:
        del pieces[-1]
    return pieces or [("nothing", "dim")]


def _money(spent: str) -> list[Piece]:
    return [(spent, "")] if spent else []


def _right(totals: Totals, now: datetime | None, hours: int, spent: str, *, long: bool) -> list[Piece]:
    pieces: list[Piece] = []
    if now is not None and hours and totals.failures.total():
        pieces = [(f"fails/h {hours}h " if long else "fails/h ", "dim"), *_by_hour(totals, now, hours)]
    if spent:
        lead = "spent " if long else ""
        pieces += [(f"  {lead}" if pieces else lead, "dim"), (spent, "")]
    return pieces


def _by_hour(totals: Totals, now: datetime, hours: int) -> Iterator[Piece]:
    """A column for each of the last hours; one without a failure is a dot, the least failure higher than the lowest."""
    last = int(now.timestamp()) // 3600
    values = [totals.failures[hour] for hour in range(last - hours + 1, last + 1)]
    for value, column in zip(values, columns(values)[0], strict=True):
        yield (MISSING, "faint") if not value else (COLUMNS[1] if column == COLUMNS[0] else column, "fail")


def rows_pieces(
    shown: int, size: int, *, whole: bool, complete: bool, failed: bool, marked: int, wide: bool
) -> list[Piece]:  # fmt: skip
    """In the head of the table: rows of all, marks. `31+` while pages are missing; of a list that is not complete, the
    rows that match may still be whole, where the platform was asked for them."""
    every, some = f"{size:,}{'' if complete else '+'}", f"{shown:,}{'' if whole else '+'}"
    some = f"{some} of {every}" if shown != size else every
    pieces: list[Piece] = [("failed only   ", "bad")] if failed else []
    if marked:
        pieces.append((f"marked {marked:,}   ", "warn"))
    pieces.append((f"{some} rows" if wide else some, "dim"))
    return pieces

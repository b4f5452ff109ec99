"""What a filter finds, by the contract's sentences and examples."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.samples import NOW, make, make_job
from tests.support.waiting import calls, ends
from tui.domain.money import Money
from tui.domain.query import Context, computed, matcher, parse
from tui.domain.status import TaskStatus as S
from tui.domain.task import Kind, Progress, Tally, Task, TaskError, TaskRef

H = timedelta(hours=1)
D = timedelta(days=1)
CONTEXT = Context(now=NOW)


def found(text: str, context: Context = CONTEXT, **fields: Any) -> bool:
    """Whether a task of these facts matches."""
    return matcher(parse(text, context.views), context)(make(**fields))


def usd(amount: str) -> Money:
    return Money("USD", Decimal(amount))


SAMPLES: list[tuple[str, dict[str, Any], bool]] = [
    # the contract's own examples
    ("status:failed,aborted project:luad ended:today", {"status": S.FAILED, "project": "TCGA-LUAD",
    "ended": NOW - H}, True),
    ("status:failed,aborted project:luad ended:today", {"status": S.ABORTED, "project": "luad",
    "ended": NOW - D}, False),
    ("status:failed,aborted project:luad ended:today", {"status": S.DONE, "project": "luad", "ended": NOW - H}, False),
    ("open cost>20", {"price": usd("20.01")}, True),
    ("open cost>20", {"price": usd("20")}, False),
    ("open cost>20", {"price": usd("30"), "status": S.DONE}, False),
    ("(app:star|app:salmon) meta.library=RNA dur>2h",
     {"app": "u/p/STAR/3", "metadata": {"library": "RNA"}, "started": NOW - 3 * H}, True),
    ("(app:star|app:salmon) meta.library=RNA dur>2h",
     {"app": "u/p/STAR/3", "metadata": {"library": "RNA-seq"}, "started": NOW - 3 * H}, False),
    ("~wgsjnt", {"name": "wgs-joint-call"}, True),
    ("~wgsjnt", {"name": "jnt-wgs"}, False),
    ("~WGS", {"name": "wgs"}, False),
    ("name:/^chr(1|2|X)$/", {"name": "chrX"}, True),
    ("name:/^chr(1|2|X)$/", {"name": "chrx"}, False),
    ("name:/^chr(1|2)$/", {"name": "CHR1"}, True),
    ("pf:slurm queued>1h", {"platform": "slurm", "created": NOW - 2 * H, "status": S.QUEUED}, True),
    ("pf:slurm queued>1h", {"platform": "slurm", "created": NOW - H, "status": S.QUEUED}, False),
    # bare words
    ("salmon", {"name": "Salmon quant"}, True), ("Salmon", {"name": "salmon"}, False),
    ("salmon", {"app": "x/SALMON"}, True),
    ("luad", {"project": "luad"}, True), ("s31", {"key": "S31"}, True), ("denied", {"reason": "AccessDenied"}, True),
    ("none", {}, False), ("t1", {}, True), ("rfranklin", {"created_by": "rfranklin"}, False),
    ('"a b"', {"name": "A b"}, True), ('"b\\nc"', {"name": "b", "key": "c"}, False), ("/^s.$/", {"key": "s1"}, True),
    # groups and flags
    ("open", {"status": S.UNKNOWN}, True), ("open", {"status": S.DRAFT}, True), ("final", {"status": S.ABORTED}, True),
    ("final", {"status": S.FINISHING}, False), ("bad", {"status": S.UNKNOWN}, True), ("bad", {"status": S.DONE}, False),
    ("status:bad", {"status": S.FAILED}, True), ("st:open,done", {"status": S.DONE}, True), ("state:RUNNING", {}, True),
    ("status!=running", {}, False), ("status!=open", {"status": S.DONE}, True), ("status=final", {}, False),
    ("status~^f", {"status": S.FAILED}, True), ('status:"failed"', {"status": S.FAILED}, True),
    ("native:UploadingResults", {"native_status": "UploadingResults"}, True), ("native:running", {}, True),
    # words are equal in any case, texts contain
    ("@cgc", {}, True), ("@CGC t1", {}, True), ("@lab", {}, False), ("!@lab", {}, True), ("(@lab|@cgc) t1", {}, True),
    ('"@cgc"', {}, False), ("@", {}, False), ("kind:task", {}, True), ("kind:batch,job", {}, False),
    ("account:CGC", {}, True), ("account:cg", {}, False), ("pf:SevenBridges", {}, True), ("acct:lab,cgc", {}, True),
    ("account:cgc", {"ref": TaskRef("CGC", "1")}, True), ("currency:usd", {"price": usd("1")}, True),
    ("spot:yes", {"spot": True}, True), ("spot:no", {"spot": None}, False), ("spot:none", {"spot": None}, True),
    ("project:LUAD", {"project": "luad"}, False), ("project:x,luad", {"project": "LUAD"}, True),
    ("project=luad", {"project": "luad-2"}, False), ("project!=luad", {"project": "luad-2"}, True),
    ("project!=luad", {}, False), ("!project=luad", {}, True), ("-project:luad", {"project": "luad"}, False),
    ('project:"x y",z', {"project": "a x y"}, True), ("project~^lu.d$", {"project": "LUAD"}, True),
    ("name:re:^a", {}, True), ("user:rf", {"created_by": "rfranklin"}, True), ("app:any", {"app": "x"}, True),
    # missing values
    ("parent:none", {}, True), ("parent:none", {"parent": TaskRef("cgc", "p")}, False), ("parent!=none", {}, False),
    ("parent:any", {"parent": TaskRef("cgc", "p")}, True), ("parent!=any", {}, True), ("!parent:any", {}, True),
    ("project:none,luad", {}, True), ("project:none,luad", {"project": "luad"}, True),
    ("project:none,luad", {"project": "x"}, False), ('name:"none"', {"name": "none"}, True),
    ('project:"none"', {}, False), ("ended:none,today", {}, True), ("cost:none", {}, True), ("cost:any", {}, False),
    ("cost>1", {}, False), ("!cost>1", {}, True), ("!ended:today", {}, True), ("exit:137", {}, False),
    ("reason:none", {"reason": ""}, True), ("reason:any", {"reason": ""}, False),
    # maps
    ("tag.nightly:any", {"tags": ("nightly",)}, True), ("tag.nightly:none", {"tags": ("x",)}, True),
    ("tag.team:Blue", {"tags": ("team:Blue",)}, True), ("tag.team=red", {"tags": ("team=red", "x")}, True),
    ("tag:night", {"tags": ("x", "nightly")}, True), ("tag=nightly", {"tags": ("x", "nightly")}, True),
    ("tag=night", {"tags": ("nightly",)}, False), ("tag!=x", {"tags": ("x", "y")}, False),
    ("tag!=x", {"tags": ("y",)}, True),
    ("tag!=x", {}, False), ("tag:none", {}, True), ("tag:any", {"tags": ("x",)}, True),
    ('tag:"x y"', {"tags": ("x", "y")}, False),
    ("in.seed>40", {"arguments": {"seed": "41"}}, True), ("in.seed>40", {"arguments": {"seed": "9"}}, False),
    ("in.seed>40", {"arguments": {"seed": "many"}}, False), ("in.seed:1..40", {"arguments": {"seed": "12"}}, True),
    ("in.seed:1..40", {"arguments": {"seed": "41"}}, False), ("in.seed:..40", {"arguments": {"seed": "-3"}}, True),
    ("in.path:../x", {"arguments": {"path": "/a/../x"}}, True), ("in.seed:none", {}, True), ("!in.seed>40", {}, True),
    ("meta.library:rna", {"metadata": {"library": "RNA"}}, True), ("set.gpu:a100", {"settings": {"gpu": "A100"}}, True),
    ("gpu:a100", {"settings": {"gpu": "A100"}}, True), ("out.vcf:none", {}, True),
    ("meta.a.b=1", {"metadata": {"a.b": "1"}}, True),
    # numbers
    ("child:0..99", {"index": 99}, True), ("child:0..99", {"index": 100}, False), ("child:1,3", {"index": 3}, True),
    ("child:1,5..9", {"index": 7}, True), ("child!=1,3", {"index": 3}, False), ("child!=1,3", {"index": 2}, True),
    ("pct<50%", {"progress": Progress.of(1, 4)}, True), ("steps>=3", {"progress": Progress.of(3, 4)}, True),
    ("rev=14", {"app": "u/p/a/14"}, True), ("rev>9", {"app": "u/p/a/14"}, True), ("child~^1", {"index": 12}, True),
    # durations
    ("age<3d", {"created": NOW - 2 * D}, True), ("age<3d", {}, False), ("age>=2h30m", {"created": NOW - 2.5 * H}, True),
    ("dur:1h..2h", {"started": NOW - 2 * H}, True), ("run>90s", {"run_time": timedelta(seconds=91)}, True),
    ("queued>15m", {"queued_time": timedelta(minutes=16)}, True), ("dur<1w", {"started": NOW - 6 * D}, True),
    # money
    ("cost>5usd", {"price": usd("6")}, True), ("cost>5usd", {"price": Money("EUR", Decimal(6))}, False),
    ("cost>5", {"price": Money("EUR", Decimal(6))}, True), ("cost>$5.50", {"price": usd("5.51")}, True),
    ("cost:5usd,6eur", {"price": Money("EUR", Decimal(5))}, False),
    ("cost:5usd,6eur", {"price": Money("EUR", Decimal(6))}, True),
    ("cost!=5usd", {"price": Money("EUR", Decimal(5))}, True), ("cost!=5", {"price": usd("5.00")}, False),
    ("cost:1..5eur", {"price": Money("EUR", Decimal(5))}, True), ("cost:1..5eur", {"price": usd("3")}, False),
    ("cost:..5", {"price": usd("5")}, True), ("cost<.5", {"price": usd("0.4")}, True),
    ('cost>"5 eur"', {"price": usd("6")}, False),
    ("spent_lost>1", {"price": usd("2"), "status": S.FAILED}, True), ("spent_lost>1", {"price": usd("2")}, False),
    # batches, errors
    ("batch:t1", {"counts": Tally(), "kind": Kind.BATCH}, True), ("batch:t1", {}, False),
    ("batch:b-9", {"parent": TaskRef("cgc", "b-91")}, True),
    ("err:schema", {"errors": (TaskError("bad Schema"),)}, True),
    ("err:none", {}, True),
    # k9s
    ("-f wgsjnt", {"name": "wgs-joint"}, True), ("-l team=a", {"tags": ("team:a",)}, True),
    ("-l team=a,x!=y", {"metadata": {"team": "a"}}, True),
    ("-l team=a,x!=y", {"metadata": {"team": "a", "x": "y"}}, False),
    # or, brackets
    ("nope | open", {}, True), ("nope or open", {}, True), ("!(nope | open)", {}, False), ("a nope | name", {}, True),
    ("-(a | b) | name", {}, True), ("!!open", {}, True),
]  # fmt: skip


@pytest.mark.parametrize("between", [" ", "|"])
def test_a_filter_of_as_many_words_as_fit_is_a_filter(between: str) -> None:
    """What tests 2,000 words is not 2,000 calls deep."""
    text = between.join(["a"] * 2_000)
    assert len(text) < 4_000
    assert found(text, name="xax", app="b")
    assert not found(text.replace("a", "q"), name="xxx")


@pytest.mark.parametrize(("text", "fields", "matches"), SAMPLES, ids=[f"{t}-{m}" for t, _, m in SAMPLES])
def test_finds(text: str, fields: dict[str, Any], matches: bool) -> None:
    """Each line of the table: a filter, a task's facts, and whether it is found."""
    assert found(text, **fields) is matches


LONDON = ZoneInfo("Europe/London")
DENVER = ZoneInfo("America/Denver")


def local(zone: ZoneInfo, *when: int) -> datetime:
    return datetime(*when, tzinfo=zone).astimezone(UTC)  # type: ignore[arg-type,misc]


TIMES: list[tuple[str, datetime, bool]] = [
    # NOW is 09:30 on Tuesday the 24th in Denver
    ("ended:today", local(DENVER, 2026, 11, 24, 0, 0), True),
    ("ended:today", local(DENVER, 2026, 11, 23, 23, 59, 59), False),
    ("ended:today", local(DENVER, 2026, 11, 25, 0, 0), False),
    ("ended:yesterday", local(DENVER, 2026, 11, 23, 0, 0), True),
    ("ended:yesterday", local(DENVER, 2026, 11, 24, 0, 0), False), ("ended:tue", local(DENVER, 2026, 11, 24, 8), True),
    ("ended:mon", local(DENVER, 2026, 11, 23, 8), True), ("ended:wed", local(DENVER, 2026, 11, 18, 8), True),
    ("ended:wed", local(DENVER, 2026, 11, 25, 8), False), ("ended:7d", NOW - 7 * D, True),
    ("ended:-7d", NOW - 7 * D, True),
    ("ended:7d", NOW - 7 * D - timedelta(seconds=1), False), ("ended:7d", NOW + timedelta(seconds=3), True),
    ("ended:2026-11-20", local(DENVER, 2026, 11, 20, 23, 59, 59), True),
    ("ended:2026-11-20", local(DENVER, 2026, 11, 21), False), ("ended=2026-11-20", local(DENVER, 2026, 11, 20), True),
    ("ended:2026-11-01..2026-11-07", local(DENVER, 2026, 11, 7, 23, 59, 59), True),
    ("ended:2026-11-01..2026-11-07", local(DENVER, 2026, 11, 1), True),
    ("ended:2026-11-01..2026-11-07", local(DENVER, 2026, 11, 8), False),
    ("ended:2026-11-01..", NOW + 3 * D, True), ("ended:..yesterday", local(DENVER, 2026, 11, 23, 23), True),
    ("ended:..yesterday", local(DENVER, 2026, 11, 24), False), ("ended:-3h..-1h", NOW - H, True),
    ("ended:-3h..-1h", NOW - H / 2, False), ("ended:mon,2026-11-20", local(DENVER, 2026, 11, 20, 5), True),
    ("ended>=-2h", NOW - 2 * H, True), ("ended>-2h", NOW - 2 * H, False), ("ended<-2h", NOW - 2 * H, False),
    ("ended<=-2h", NOW - 2 * H, True), ("ended<2h", NOW - 3 * H, True),
    ("ended>2026-11-20", local(DENVER, 2026, 11, 20, 12), False),
    ("ended>2026-11-20", local(DENVER, 2026, 11, 21), True),
    ("ended>=2026-11-20", local(DENVER, 2026, 11, 20), True), ("ended<2026-11-20", local(DENVER, 2026, 11, 20), False),
    ("ended<=2026-11-20", local(DENVER, 2026, 11, 20, 23, 59, 59), True),
    ("ended!=2026-11-20", local(DENVER, 2026, 11, 21), True),
    ("ended!=2026-11-20", local(DENVER, 2026, 11, 20, 4), False),
    ("ended:8:15", local(DENVER, 2026, 11, 24, 8, 15, 59), True),
    ("ended:8:15", local(DENVER, 2026, 11, 24, 8, 16), False),
    ("ended>=08:15:30", local(DENVER, 2026, 11, 24, 8, 15, 30), True),
    ("ended>20:30", NOW, False), ("ended:2026-11-20T08:15", local(DENVER, 2026, 11, 20, 8, 15, 20), True),
    ("ended:2026-11-20T08:15Z", datetime(2026, 11, 20, 8, 15, 20, tzinfo=UTC), True),
    ('ended>="2026-11-20 08:15"', local(DENVER, 2026, 11, 20, 8, 15), True),
    ("ended:2026-11-20T08:15:10", local(DENVER, 2026, 11, 20, 8, 15, 11), False),
    # the night the clock goes back has 25 hours
    ("ended:2026-11-01", local(DENVER, 2026, 11, 1, 23, 59), True),
    ("ended:2026-11-01", local(DENVER, 2026, 11, 2), False),
]  # fmt: skip


@pytest.mark.parametrize(("text", "at", "matches"), TIMES, ids=[f"{t}-{a:%d-%H%M%S}" for t, a, _ in TIMES])
def test_times_are_meant_in_the_display_zone(text: str, at: datetime, matches: bool) -> None:
    """A day is from midnight to midnight there, both ends of a range count, `7d` reaches to now."""
    assert found(text, Context(now=NOW, zone=DENVER), ended=at) is matches


def test_today_is_another_day_elsewhere() -> None:
    """One moment, two zones."""
    late = local(DENVER, 2026, 11, 23, 20)
    assert found("ended:today", Context(now=NOW, zone=LONDON), ended=late)
    assert not found("ended:today", Context(now=NOW, zone=DENVER), ended=late)


def test_updated_and_created_and_started() -> None:
    """Each by its own time; the latest of all is `updated`."""
    times = {"created": NOW - 3 * D, "started": NOW - 2 * D, "changed": NOW - H}
    assert found("created:2026-11-21 started:2026-11-22 updated:2h", **times)
    assert not found("updated:30m", **times)


def test_what_only_the_program_knows() -> None:
    """Flags and fields for marks, notes and the like; mine is by account, and everything where it is not known."""
    ref = make().ref
    context = Context(now=NOW, me={"cgc": "me"}, new={ref}, acked={ref}, marked={ref}, stale={"cgc"})
    for name in ("new", "ack", "mark", "stale"):
        assert found(name, context)
        assert not found(f"!{name}", context)
        assert not found(name)
        assert found(f"{name}:yes", context)
        assert found(f"{name}:no")
    assert found("mine", context, created_by="me")
    assert not found("mine", context, created_by="you")
    assert found("mine", created_by="you")


def test_classes_and_signatures_come_from_outside() -> None:
    """As the triage knows them: `sig:oom !ack`."""
    context = Context(now=NOW, signature=lambda t: "OOM: killed at <n>G", error_class=lambda t: "memory")
    assert found("sig:oom !ack class:memory", context)
    assert not found("sig:oom")


def test_views_are_flags() -> None:
    """A view may use another; one that holds itself, or was removed, finds nothing and ends nothing."""
    views = {"a": parse("open"), "b": parse("a !nope", ["a"]), "c": parse("c | nope", ["c"])}
    context = Context(now=NOW, views=views)
    assert found("b", context)
    assert not found("c", context)
    assert not matcher(parse("gone", ["gone"]), CONTEXT)(make())


def test_jobs() -> None:
    """Exit code, host and attempt; the id is the job's own."""
    job = make_job("align", exit_code=137, host="et-w17", attempt=2)
    for text in ("exit:137", "host:w17", "attempt>1", "id:align", "align", "exit!=0", "exit:130..140", "batch:t1"):
        assert matcher(parse(text), CONTEXT)(job), text
    assert not matcher(parse("id:t1"), CONTEXT)(job)


TASKS = st.builds(
    lambda **fields: make(**fields),
    name=st.sampled_from(["star LUAD", "Salmon", "none", ""]), status=st.sampled_from(list(S)),
    project=st.none() | st.sampled_from(["luad", "LUAD", "x"]),
    created=st.none() | st.just(NOW - H) | st.just(NOW - 9 * D),
    ended=st.none() | st.just(NOW - H), price=st.none() | st.builds(Money, st.sampled_from(["USD", "EUR"]),
    st.decimals(0, 9, places=2)),
    tags=st.sampled_from([(), ("a:b",), ("x", "y")]), index=st.none() | st.integers(0, 9),
    arguments=st.sampled_from([{}, {"seed": "5"}, {"seed": "x"}]), spot=st.none() | st.booleans(),
)  # fmt: skip
TERMS = st.sampled_from(
    ["open", "bad", "mine", "luad", "~sal", "/a.m/", "status:failed,done", "status!=open", "project:luad",
    "project=luad",
     "project!=luad", "project:none,x", "cost>3usd", "cost!=3", "cost:1..4", "cost:any", "ended:today", "created<3d",
     "created:7d,none", "tag:x", "tag!=x", "tag.a:any", "child>4", "child:1,6..8", "in.seed<9", "spot:no", "dur>1h"]
)  # fmt: skip
QUERIES = st.recursive(
    TERMS,
    lambda inner: (
        st.tuples(inner, inner).map(" ".join)
        | st.tuples(inner, inner).map(lambda pair: f"({pair[0]} | {pair[1]})")
        | inner.map(lambda one: f"!({one})")
    ),
    max_leaves=6,
)


@given(TASKS, QUERIES)
def test_a_negation_is_the_complement(task: Task, query: str) -> None:
    """`!(x)` finds exactly what `x` does not, missing values included; a double one changes nothing."""
    finds = matcher(parse(query), CONTEXT)(task)
    assert matcher(parse(f"!({query})"), CONTEXT)(task) is not finds
    assert matcher(parse(f"-(!({query}))"), CONTEXT)(task) is finds


@given(TASKS, QUERIES, QUERIES)
def test_and_or_and_their_order(task: Task, one: str, two: str) -> None:
    """A blank is and, a bar is or, and neither depends on the order."""
    a, b = (matcher(parse(q), CONTEXT)(task) for q in (one, two))
    for text in (f"({one}) ({two})", f"({two}) ({one})"):
        assert matcher(parse(text), CONTEXT)(task) is (a and b)
    for text in (f"({one}) | ({two})", f"({two}) or ({one})"):
        assert matcher(parse(text), CONTEXT)(task) is (a or b)


@given(st.text(alphabet="abAB", min_size=1, max_size=9), st.text(alphabet="abAB", min_size=1, max_size=4))
def test_fuzzy_is_a_subsequence(name: str, letters: str) -> None:
    """In smart case; the oracle is the plain definition."""
    held = name if letters != letters.lower() else name.lower()
    rest: Iterator[str] = iter(held)
    assert found(f"~{letters}", name=name) is all(c in rest for c in letters)


def test_no_fuzzy_text_and_no_pattern_takes_long() -> None:
    """A backtracking pattern would try every way to choose 40 of 4,000 letters; ours looks at each letter once."""
    with ends():
        assert calls(lambda: found("~" + "a" * 40 + "b", name="a" * 4_000)) < 10_000
    assert not found("~" + "a" * 40 + "b", name="a" * 4_000)


NAMED = Context(now=NOW, projects={"88b2": "Wing Tunnel", "c657": "Default"})


@pytest.mark.parametrize(
    ("text", "finds"),
    [
        ("project:wing", True), ("project:88b", True), ("project:hull", False), ("project:Tunnel", True),
        ("project:tunnel,hull", True), ('project="Wing Tunnel"', True), ("project=88b2", True), ("project=c657", False),
        ("project:/^Wing/", True), ("project:none", False), ("project:any", True), ("project<x", True),
        ("project!=88b2", False), ('project!="Wing Tunnel"', False), ("project!=Default", True),
        ("!project:wing", False), ("wing", True), ("Tunnel", True), ("hull", False), ("/tun+el/", True),
        ("!default", True), ("88b2", True),
    ],
)  # fmt: skip
def test_a_project_is_found_by_its_name_and_by_its_id(text: str, finds: bool) -> None:
    """A project that tasks know by id answers to its name, in a field, a word and a pattern, and to its id."""
    assert found(text, NAMED, project="88b2") is finds


def test_a_project_without_a_name_is_found_by_its_id() -> None:
    """Names of other projects change nothing, and a missing project stays missing."""
    assert found("project:u/luad", NAMED, project="u/luad")
    assert found("project:none", NAMED, project=None)
    assert not found("project!=x", NAMED, project=None)


WAIT = Context(now=NOW, extra={"wait": computed("wait", "started - created"), "twice": computed("twice", "cost * 2")})


@pytest.mark.parametrize(
    ("text", "finds"),
    [
        ("wait>1h", True), ("wait>3h", False), ("wait:1h..3h", True), ("wait<=2h open", True), ("!wait>1h", False),
        ("wait:any", True), ("wait:none", False), ("twice>5usd", True), ("twice>5eur", False), ("twice=6", True),
        ("wait>3h | twice=6", True),
    ],
)  # fmt: skip
def test_a_computed_column_is_compared_by_its_type(text: str, finds: bool) -> None:
    """What is computed is filtered by like a field of what it gives: durations as durations, money as money."""
    task = make(created=NOW - 3 * H, started=NOW - H, status=S.RUNNING, price=usd("3"))
    assert matcher(parse(text, (), WAIT.extra), WAIT)(task) is finds


def test_a_computed_column_that_is_gone_or_computes_something_else_matches_nothing() -> None:
    """A filter from the history outlives its column, and breaks nothing."""
    task = make(created=NOW - 3 * H, started=NOW - H, price=usd("3"))
    node = parse("wait>1h", (), WAIT.extra)
    assert not matcher(node, CONTEXT)(task)
    assert not matcher(node, Context(now=NOW, extra={"wait": computed("wait", "cost * 2")}))(task)

"""Text to a tree, and errors that say where and why."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.domain.samples import NOW, make
from tui.domain.query import EVERYTHING, FIELDS, FLAGS, Context, QueryError, Type, matcher, parse
from tui.domain.query.nodes import And, Compare, Flag, Fuzzy, Labels, Not, Op, Or, Regex, Word

ERRORS = [
    ("nmae:x", (0, 4), "there is no field 'nmae'; did you mean name?"),
    ("open zzzz:1", (5, 9), "there is no field 'zzzz'; fields are id, name,"),
    ("status:fialed", (7, 13), "'fialed' is not a status; did you mean failed?"),
    ("status:failed,xyz", (14, 17), "'xyz' is not a status; known: draft, queued"),
    ("status:PENDING", (7, 14), "native:pending"),
    ("status>running", (7, 14), "status has no order"),
    ("age<3", (4, 5), "'3' is not a duration; write 90s"),
    ("dur:x..3h", (4, 9), "'x' is not a duration"),
    ("exit:abc", (5, 8), "'abc' is not a number"),
    ("exit:nan", (5, 8), "'nan' is not a number"),
    ("cost>much", (5, 9), "'much' is not an amount"),
    ("ended:soon", (6, 10), "'soon' is not a time; write 2026-11-20"),
    ("ended:2026-13-01", (6, 16), "is not a time"),
    ("ended~x", (0, 7), "ended is not a text"),
    ("name:", (0, 5), "a value is missing"),
    ("name:,", (0, 6), "a value is missing"),
    ("exit:..", (5, 7), "a range has at least one end"),
    ("exit!=1..3", (6, 10), "write !exit:1..3"),
    ("cost>any", (5, 8), "write cost:any"),
    ("meta:x", (0, 4), "write meta.KEY"),
    ("name.x:y", (0, 6), "name has no parts"),
    ("in.seed>x", (8, 9), "needs a number"),
    ("name:/a(/", (5, 9), "not a pattern"),
    ("name~(a+)+", (5, 10), "can take forever"),
    ("/(x|y)*/", (0, 8), "can take forever"),
    ("/((a)?b){3}/", (0, 12), "can take forever"),
    ("/abc", (0, 4), "the closing / is missing"),
    ('open "abc', (5, 9), 'the closing " is missing'),
    ('name:"abc', (5, 9), 'the closing " is missing'),
    ("(open", (0, 1), "not closed"),
    ("open)", (4, 5), "closes nothing"),
    ("()", (0, 2), "nothing stands between"),
    ("open |", (5, 6), "both sides"),
    ("| open", (0, 1), "both sides"),
    ("open | | bad", (6, 7), "both sides"),
    ("open or", (6, 7), "both sides"),
    ("!)", (1, 2), "cannot stand here"),
    ("-l novalue", (3, 10), "write -l key=value"),
    ("(" * 60, (50, 51), "too many brackets"),
    ("x" * 4_001, (4_000, 4_001), "at most 4,000"),
]


@pytest.mark.parametrize(("text", "place", "reason"), ERRORS, ids=[t[:20] for t, _, _ in ERRORS])
def test_errors_say_where_and_why(text: str, place: tuple[int, int], reason: str) -> None:
    """The bad part alone is underlined, and the sentence names what would be right."""
    with pytest.raises(QueryError) as caught:
        parse(text)
    assert (caught.value.start, caught.value.end) == place
    assert reason in caught.value.reason
    assert str(caught.value) == caught.value.reason


def test_shapes() -> None:
    """Juxtaposition binds closer than `or`; `!` binds to the one term behind it."""
    assert parse("") == parse("  ") == EVERYTHING
    assert parse("a b") == And((Word("a", 0, 1), Word("b", 2, 3)))
    assert parse("a b|c") == Or((And((Word("a", 0, 1), Word("b", 2, 3))), Word("c", 4, 5)))
    assert parse("a b | c") == Or((And((Word("a", 0, 1), Word("b", 2, 3))), Word("c", 6, 7)))
    assert parse("a or b") == Or((Word("a", 0, 1), Word("b", 5, 6)))
    assert parse("!a b") == And((Not(Word("a", 1, 2)), Word("b", 3, 4)))
    assert parse("-(a b)") == Not(And((Word("a", 2, 3), Word("b", 4, 5))))
    assert parse("(a|b) c") == And((Or((Word("a", 1, 2), Word("b", 3, 4))), Word("c", 6, 7)))


@pytest.mark.parametrize(
    "word", ["order", "or", "wgs-joint-call", "20:30", "2026-11-20", "!", "-", "a/b", "chr(1|2)", "x*"]
)
def test_words_that_look_like_something_else(word: str) -> None:
    """Dashes inside, digits before a colon, closed brackets and a lone sign are text."""
    assert parse(word) == Word(word, 0, len(word))


def test_flags_are_bare_words_and_quotes_make_them_text() -> None:
    """Also the names of saved views."""
    for flag in FLAGS:
        assert parse(flag) == Flag(flag, 0, len(flag))
    assert parse("nightly", ["nightly"]) == Flag("nightly", 0, 7)
    assert parse('"open"') == Word("open", 0, 6)
    assert parse('"a \\"b\\" c"') == Word('a "b" c', 0, 11)


def test_k9s_habits() -> None:
    """`-f` takes the rest as fuzzy letters, `-l` a selector; elsewhere they negate."""
    assert parse("-f wgs jnt") == Fuzzy("wgs jnt", 0, 10)
    assert parse(" -l a=b,c!=d,e==f") == Labels((("a", Op.IS, "b"), ("c", Op.IS_NOT, "d"), ("e", Op.IS, "f")), 4, 17)
    assert parse("-fail") == Not(Word("fail", 1, 5))
    assert parse('~"a b"') == Fuzzy("a b", 0, 6)


@pytest.mark.parametrize(
    ("alias", "name"),
    [("st", "status"), ("state", "status"), ("pf", "platform"), ("acct", "account"), ("by", "user"), ("ST", "status")],
)
def test_aliases(alias: str, name: str) -> None:
    """Short names and other tools' columns, in any case."""
    node = parse(f"{alias}:failed")
    assert isinstance(node, Compare)
    assert node.field == name


def test_other_tools_habits() -> None:
    """lazyslurm's `part:` and `gpu:` are settings."""
    node = parse("part:long")
    assert isinstance(node, Compare)
    assert (node.field, node.key, node.values) == ("set", "partition", ("long",))


@pytest.mark.parametrize(
    ("text", "op"),
    [("name:x", ":"), ("name=x", "="), ("name!=x", "!="), ("name~x", "~"), ("name>x", ">"), ("name>=x", ">="),
     ("name<x", "<"), ("name<=x", "<="), ("name:re:x", "~"), ("name:/x/", "~")],
)  # fmt: skip
def test_operators(text: str, op: str) -> None:
    """Every one of the grammar, with the place of the whole term."""
    node = parse(text)
    assert isinstance(node, Compare)
    assert (node.op.value, node.start, node.end) == (op, 0, len(text))


def test_lists_and_quotes() -> None:
    """A comma separates, also behind a quoted value; a trailing one is being typed."""
    node = parse('project:"a, b",c,none,"none",')
    assert isinstance(node, Compare)
    assert node.values == ("a, b", "c", None, "none")


def test_regex() -> None:
    """Smart case looks at letters, not at classes; odd sets warn nobody."""
    for text, flags in (("/ab/", True), ("/Ab/", False), (r"/a\S\D/", True), ("/[[a]/", True), (r"/a\/b/", True)):
        node = parse(text)
        assert isinstance(node, Regex)
        assert bool(node.pattern.flags & 2) is flags
    for text in ("name:/(chr1|chr2)$/", "/(?:a{4})+x/", r"/[(+]*(a\+)+/", "/(ab)?c*/"):
        parse(text)


EXAMPLES = [field.example for field in FIELDS]


@pytest.mark.parametrize("text", EXAMPLES)
def test_every_example_of_the_table_is_right(text: str) -> None:
    """Help shows nothing that cannot be typed, and each matches or not without an error."""
    matcher(parse(text), Context(now=NOW))(make())


PIECES = st.sampled_from(
    [*"!-()|~:=<>/\"\\,. \t", "..", "or", " or ", "open", "mine", "none", "any", "re:", "-f ", "-l ", "[", "{2,}",
    "(?", "*",
     "7d", "-3h", "today", "2026-11-20", "9999-12-31", "0001-01-01", "99999999999d", "mon", "20:30", "5usd", "$3",
     "1e400",
     *(f.name + ("." if f.type is Type.MAP else "") for f in FIELDS), "é", "İ", "ß", "\x00", "\ud800", "日"]
)  # fmt: skip


@settings(max_examples=200)
@given(st.lists(PIECES, max_size=14).map("".join) | st.text(max_size=30))
@example("created:0001-01-01..9999-12-31")
@example("age>999999999d")
@example("ended:99999999d | started<9999-12-31 | created>-99999999d")
def test_nothing_but_its_own_error_whatever_is_typed(text: str) -> None:
    """Parsing raises `QueryError` inside the text or nothing; what parses also matches without an error."""
    try:
        node = parse(text)
    except QueryError as error:
        problem = error
    else:
        task = make(created=NOW, tags=("a:b",), metadata={"x": "1"}, name="İstanbul ß", project="p", ended=NOW)
        assert matcher(node, Context(now=NOW))(task) in {True, False}
        return
    assert 0 <= problem.start <= problem.end <= len(text)
    assert problem.end > problem.start or problem.start == len(text)
    assert problem.reason

"""Grammar, surroundings and exit codes, as tables."""

from datetime import UTC, datetime

import pytest

from tui.cli.argv import Words, distance, positive, split
from tui.cli.environment import check
from tui.cli.exit_codes import Exit, words_of, worst
from tui.cli.main import main
from tui.domain.errors import ConfigError, RateLimited, UsageError
from tui.domain.query.fields import FLAGS


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([], Words()),
        (["tasks", "x", "--demo"], Words(("--demo",), "tasks", ("x",))),
        (["--account", "tasks", "jobs"], Words(("--account", "tasks"), "jobs")),
        (["--account=a", "open"], Words(("--account=a",), None, ("open",))),
        (["shwo", "a:1"], Words((), None, ("shwo", "a:1"), "show")),
        (["tsk"], Words((), None, ("tsk",), "tasks")),
        (["tk"], Words((), None, ("tk",), "tag")),
        (["zz"], Words((), None, ("zz",))),
        (["digets"], Words((), None, ("digets",), "digest")),
        (["x" * 1_000_000], Words((), None, ("x" * 1_000_000,))),
        (["--", "shwo"], Words((), None, ("--", "shwo"))),
        (["tasks", "--", "--demo"], Words((), "tasks", ("--", "--demo"))),
        (["status:failed"], Words((), None, ("status:failed",))),
        (["-h"], Words((), None, ("-h",))),
    ],
)
def test_the_first_word_decides(words: list[str], expected: Words) -> None:
    """A command, a slip within two letters of one, or a filter; behind `--` always a filter."""
    assert split(words) == expected


@pytest.mark.parametrize(
    "words", [["--account"], ["tasks", "--account"], ["tasks", "--config"], ["--demo", "--config"]]
)
def test_an_option_without_its_value_does_not_take_the_command_for_it(words: list[str]) -> None:
    """Put first, as all such options are, it would have: `taskdeck tasks --account` printed nothing, with status 0."""
    with pytest.raises(UsageError, match=f"{words[-1]} needs a value"):
        split(words)
    assert main(words) == 2


@pytest.mark.parametrize("word", FLAGS)
def test_no_flag_of_the_filter_language_is_taken_for_a_slip(word: str) -> None:
    """`taskdeck open` filters; only `watch` is a command to be."""
    assert word in {"watch"} or split([word]).meant is None


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["-status:done", "x"], ["!status:done", "x"]),
        (["-open", "|", "-st=done"], ["!open", "|", "!st=done"]),
        (["-meta.library=RNA"], ["!meta.library=RNA"]),
        (["-nme:x", "-o", "json", "-x"], ["-nme:x", "-o", "json", "-x"]),
        (["--", "-open"], ["--", "-open"]),
    ],
)
def test_a_negated_term_is_no_option(words: list[str], expected: list[str]) -> None:
    """`-term` is `!term` where the language knows what follows; a mistyped option stays a mistake."""
    assert positive(words) == expected


@pytest.mark.parametrize(("a", "b", "n"), [("", "abc", 3), ("taks", "tasks", 1), ("shwo", "show", 2), ("x", "x", 0)])
def test_distance_counts_single_letters(a: str, b: str, n: int) -> None:
    assert distance(a, b) == distance(b, a) == n


def test_severity_is_the_documented_order() -> None:
    order = [2, 4, 8, 5, 6, 7, 3, 1, 0]
    for i, bad in enumerate(order):
        assert worst([Exit(c) for c in order[i:]]) == bad
    assert worst([]) == 0


def test_r27_a_rate_limit_says_when_it_ends() -> None:
    """In UTC, where the platform said so."""
    until = datetime(2026, 11, 25, 3, 4, 5, 900_000, tzinfo=UTC)
    told = words_of(RateLimited("lab", "listing tasks", "too many requests", retry_at=until))
    assert told == "lab: listing tasks: too many requests; requests are taken again at 2026-11-25T03:04:05Z"
    assert words_of(RateLimited("lab", "listing tasks", "slow down")) == "lab: listing tasks: slow down"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ALL_PROXY", "socks5://h:1"), ("https_proxy", "http://"), ("HTTP_PROXY", "http://h:port"),
        ("HTTPS_PROXY", "http://[1"), ("NO_PROXY", "a,[::1]"), ("SSL_CERT_FILE", "/no/such"),
        ("SSL_CERT_DIR", "/no/such"), ("REQUESTS_CA_BUNDLE", "/no/such"), ("CURL_CA_BUNDLE", "0"),
    ],
)  # fmt: skip
def test_r12_a_variable_that_cannot_work_is_named(name: str, value: str) -> None:
    with pytest.raises(ConfigError, match=name):
        check({name: value})


def test_r12_variables_that_work_pass() -> None:
    check({"HTTPS_PROXY": "http://h:3128", "http_proxy": "h:1", "NO_PROXY": "localhost,10.0.0.0/8"})

"""Grammar, surroundings and exit codes, as tables."""

import pytest

from tui.cli.exits import Exit, worst
from tui.cli.grammar import distance, split
from tui.cli.surroundings import check
from tui.domain.errors import ConfigError


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([], ([], None, [], None)),
        (["tasks", "x", "--demo"], (["--demo"], "tasks", ["x"], None)),
        (["--account", "tasks", "jobs"], (["--account", "tasks"], "jobs", [], None)),
        (["--account=a", "open"], (["--account=a"], None, ["open"], None)),
        (["shwo", "a:1"], ([], None, ["shwo", "a:1"], "show")),
        (["--", "shwo"], ([], None, ["shwo"], None)),
        (["tasks", "--", "--demo"], ([], "tasks", ["--", "--demo"], None)),
        (["status:failed"], ([], None, ["status:failed"], None)),
        (["-h"], ([], None, ["-h"], None)),
    ],
)
def test_the_first_word_decides(words: list[str], expected: object) -> None:
    assert split(words) == expected


@pytest.mark.parametrize(("a", "b", "n"), [("", "abc", 3), ("taks", "tasks", 1), ("shwo", "show", 2), ("x", "x", 0)])
def test_distance_counts_single_letters(a: str, b: str, n: int) -> None:
    assert distance(a, b) == distance(b, a) == n


def test_severity_is_the_documented_order() -> None:
    order = [2, 4, 8, 5, 6, 7, 3, 1, 0]
    for i, bad in enumerate(order):
        assert worst([Exit(c) for c in order[i:]]) == bad
    assert worst([]) == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ALL_PROXY", "socks5://h:1"), ("https_proxy", "http://"), ("HTTP_PROXY", "http://h:port"),
        ("HTTPS_PROXY", "http://[1"), ("NO_PROXY", "a,[::1]"), ("SSL_CERT_FILE", "/no/such"),
        ("SSL_CERT_DIR", "/no/such"),
    ],
)  # fmt: skip
def test_r12_a_variable_that_cannot_work_is_named(name: str, value: str) -> None:
    with pytest.raises(ConfigError, match=name):
        check({name: value})


def test_r12_variables_that_work_pass() -> None:
    check({"HTTPS_PROXY": "http://h:3128", "http_proxy": "h:1", "NO_PROXY": "localhost,10.0.0.0/8"})

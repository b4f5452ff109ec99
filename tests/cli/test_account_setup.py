"""Accounts added, renamed, removed, and what they may use (issue 16, points 1 and 5)."""

import io
import tomllib

import pytest

from tests.support.commands import Screen, World


@pytest.fixture
def first(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """No account is configured; the token of one stands in a variable."""
    world.config.write_text("# my own words\n")
    monkeypatch.setenv("MY_TOKEN", world.accounts[0]["token"])
    return world


def _add(world: World, *words: str) -> tuple[str, ...]:
    url = world.accounts[0]["url"]
    return ("accounts", "add", "mine", "--platform", "sevenbridges", "--url", url, "--token", "env:MY_TOKEN", *words)


def test_v01_an_account_is_tested_and_written_with_comments(first: World) -> None:
    """What stands in the file stays, the token's place is written and not the token, and the account answers."""
    done = first(*_add(first))
    assert (done.code, done.cells[0][:3]) == (0, ["mine", "ok", "rfranklin"])
    text = first.config.read_text()
    assert text.startswith("# my own words\n")
    assert first.accounts[0]["token"] not in text
    assert tomllib.loads(text)["accounts"]["mine"]["token"] == {"env": "MY_TOKEN"}
    assert first("accounts", "test").cells[0][:2] == ["mine", "ok"]
    assert first("tasks", "--limit", "1").code == 0


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("accounts", "add"), 2, "--platform is missing"),
        (("accounts", "add", "x", "--platform", "slrum"), 2, "write one of"),
        (("accounts", "add", "x", "--platform", "qarnot", "--token", "abc123secret"), 2, "env:NAME"),
        (("accounts", "add", "x", "--platform", "qarnot", "--token", "env:NOT_THERE"), 2, "set it"),
        (("accounts", "add", "a b", "--platform", "qarnot", "--token", "env:MY_TOKEN"), 2, "letters"),
        (("accounts", "add", "x", "--platform", "sevenbridges", "--environment", "mars", "--token", "env:MY_TOKEN"), 2,
         "one of us, eu"),
        (("accounts", "remove", "nobody"), 2, "no account nobody"),
        (("accounts", "rename", "nobody", "b"), 2, "no account nobody"),
        (("accounts", "list", "--token", "env:X"), 2, "accounts add"),
    ],
)  # fmt: skip
def test_v01_every_failure_says_what_to_do_and_writes_nothing(
    first: World, words: tuple[str, ...], code: int, said: str
) -> None:
    before = first.config.read_bytes()
    done = first(*words)
    assert (done.code, done.out, first.config.read_bytes()) == (code, "", before), done.err
    assert said in done.err
    assert sorted(path.name for path in first.config.parent.glob(".*trial*")) == []


def test_v01_a_token_that_is_refused_is_not_configured(first: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Status 4, the file is as it was, and the line says so."""
    monkeypatch.setenv("MY_TOKEN", "wrong")
    before = first.config.read_bytes()
    done = first(*_add(first))
    assert (done.code, first.config.read_bytes()) == (4, before)
    assert "was not changed" in done.err


def test_v01_at_most_three_questions_are_asked(first: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal what is missing is asked: platform, environment, token; nothing that an option said."""
    typed = Screen("sevenbridges\nmars\nMY_TOKEN\n")
    monkeypatch.setattr("sys.stdin", typed)
    done = first("accounts", "add", terminal=True)
    assert done.err.count("? ") + done.err.count("): ") == 3
    assert isinstance(typed, io.StringIO)
    assert (done.code, "one of us, eu" in done.err) == (2, True)


def test_v01_choices_by_number_and_a_pasted_token(first: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A number stands for a choice; what is pasted is not shown, and lies in a file of its owner alone."""
    url, token = first.accounts[0]["url"], first.accounts[0]["token"]
    monkeypatch.setattr("sys.stdin", Screen("1\npaste\n"))
    monkeypatch.setattr("getpass.getpass", lambda prompt: token)
    done = first("accounts", "add", "mine", "--url", url, terminal=True)
    assert (done.code, "1  sevenbridges" in done.err) == (0, True), done.err
    assert token not in done.err + done.out + first.config.read_text()
    kept = first.config.with_name("mine.token")
    assert (kept.read_text(), kept.stat().st_mode & 0o077) == (f"{token}\n", 0)
    assert first("accounts", "test").cells[0][:2] == ["mine", "ok"]


def test_v01_enter_takes_a_variable_that_may_hold_the_token(first: World, monkeypatch: pytest.MonkeyPatch) -> None:
    url = first.accounts[0]["url"]
    monkeypatch.setattr("sys.stdin", Screen("sevenbridges\n\n"))
    done = first("accounts", "add", "my", "--url", url, terminal=True)
    assert (done.code, "enter takes env:MY_TOKEN" in done.err) == (0, True), done.err


def test_v01_a_refused_token_is_told_where_to_get_another(first: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_TOKEN", "wrong-token")
    done = first(*_add(first))
    assert (done.code, "Copy it anew from the web interface, under Developer" in done.err) == (4, True)


def test_v01_rename_and_remove_keep_the_rest_of_the_file(world: World) -> None:
    world.config.write_text("# mine\n" + world.config.read_text().replace("[accounts.cgc]", "[accounts.cgc]  # main"))
    assert world("accounts", "rename", "cgc", "work").code == 0
    text = world.config.read_text()
    assert "[accounts.work]  # main\n" in text
    assert text.startswith("# mine\n")
    assert [line[0] for line in world("accounts").cells] == ["work", "cavatica"]
    assert world("accounts", "rename", "work", "cavatica").code == 2
    assert world("accounts", "remove", "work").code == 0
    assert [line[0] for line in world("accounts").cells] == ["cavatica"]


def test_v05_quotas_of_every_account(world: World) -> None:
    """A line a limit with its account, and one object an account as JSON."""
    done = world("accounts", "--quota")
    told = world("accounts", "--quota", "-o", "json").json
    assert done.code == 0
    assert {line[0] for line in done.cells} == set(told) == {"cgc", "cavatica"}
    assert told["cgc"]["limits"][0]["name"] == "requests"
    assert any("billing groups" in line for line in done.cells)

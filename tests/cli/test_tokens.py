"""Where a token can hide: in another account's text, and in what somebody pasted instead of one."""

import json
from pathlib import Path

import pytest

from tests.support.commands import Answer, World
from tui.domain.errors import ConfigError
from tui.settings.secrets import CommandToken, EnvToken, Vault, checked, read_token


@pytest.mark.parametrize("only", [(), ("--account", "cgc")])
def test_u12_a_text_of_one_account_is_searched_for_the_tokens_of_all(world: World, only: tuple[str, ...]) -> None:
    """Also of one that this run leaves out."""
    other = next(a for a in world.accounts if a["name"] == "cavatica")
    body = json.dumps({"message": f"bad credentials {other['token']}", "code": 1}).encode()
    world.answers = [Answer("GET", "/cgc/v2/tasks", 400, body)]
    run = world("tasks", *only)
    assert "bad credentials ***" in run.err
    assert other["token"] not in run.out + run.err


def test_u12_no_program_is_asked_for_the_search_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What a command gave is known once it was needed; a variable is looked at at once."""
    ran = tmp_path / "ran"
    command = CommandToken(("sh", "-c", f"touch {ran}; echo from-a-command"))
    monkeypatch.setenv("SOME_TOKEN", "from-a-variable")
    vault = Vault([command, EnvToken("SOME_TOKEN"), EnvToken("NOT_SET"), None])
    assert [token.reveal() for token in vault.tokens()] == ["from-a-variable"]
    assert not ran.exists()
    vault.token(command)
    assert {token.reveal() for token in vault.tokens()} == {"from-a-variable", "from-a-command"}


@pytest.mark.parametrize(
    ("pasted", "said"),
    [
        ('"abcdef0123456789"', "in quotes"),
        ("'abcdef0123456789'", "in quotes"),
        ("abcdef0123456789'", "in quotes"),
        ("${CGC_TOKEN}", "the name of a variable"),
        ("$CGC_TOKEN", "the name of a variable"),
        ("%CGC_TOKEN%", "the name of a variable"),
        ("$(pass show cgc)", "the name of a variable"),
        ("{{ token }}", "the name of a variable"),
        ("token=abcdef0123456789", "an assignment"),
        ("auth_token = abcdef0123456789", "an assignment"),
        ("export SB_AUTH_TOKEN=abcdef0123456789", "an assignment"),
        ("X-SBG-Auth-Token: abcdef0123456789", "an assignment"),
        ("Bearer abcdef0123456789", "belongs to the header"),
    ],
)
def test_u12_what_was_pasted_around_a_token_is_named_before_it_is_sent(
    world: World, monkeypatch: pytest.MonkeyPatch, pasted: str, said: str
) -> None:
    """And the token itself is not shown."""
    monkeypatch.setenv("PASTED", pasted)
    with pytest.raises(ConfigError, match=said) as caught:
        read_token(EnvToken("PASTED"))
    assert "abcdef" not in str(caught.value)
    world.configure({"cgc": {"token": '{ env = "PASTED" }'}})
    run = world("tasks")
    assert run.code == 2
    assert said in run.err
    assert "abcdef" not in run.out + run.err
    assert not world.calls


@pytest.mark.parametrize("token", ["abcd1234==", "abc:def", "a=b", "AbCd-_.~+/xyz", "eyJhbGciOi.J9.sig"])
def test_u12_tokens_with_signs_in_them_are_tokens(token: str) -> None:
    assert checked(token, "x").reveal() == token

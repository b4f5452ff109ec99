"""What `config.toml` says, and what is said of its mistakes."""

import tomllib
from datetime import timedelta
from pathlib import Path

import pytest

from tui.domain.duration import duration
from tui.domain.errors import ConfigError, UsageError
from tui.settings import load
from tui.settings.read import parse
from tui.settings.secrets import CommandToken, EnvToken, FileToken, KeyringToken
from tui.ui.present.settings import parsed

GOOD = """
[accounts.cgc]
platform = "sevenbridges"
environment = "cgc"
token = { env = "CGC_TOKEN" }
projects = ["rfranklin/wes"]
[accounts.lab]
platform = "qarnot"
token = { file = "/secret" }
read_only = true
[accounts.et]
platform = "et-engine"
url = "http://127.0.0.1:1/v1/"
token = { command = ["pass", "show", "et"] }
[refresh]
visible = "2m30s"
"""
ACCOUNT = '[accounts.a]\nplatform = "qarnot"\ntoken = { env = "T" }\n'


def settings(text: str) -> object:
    return parse(tomllib.loads(text), Path("c.toml"))


def test_accounts_and_groups_are_read_in_order() -> None:
    read = parse(tomllib.loads(GOOD), Path("c.toml"))
    assert [(a.name, a.url, a.read_only) for a in read.accounts] == [
        ("cgc", "https://cgc-api.sbgenomics.com/v2", False),
        ("lab", "https://api.qarnot.com", True),
        ("et", "http://127.0.0.1:1/v1", False),
    ]
    assert [a.token for a in read.accounts] == [
        EnvToken("CGC_TOKEN"), FileToken(Path("/secret")), CommandToken(("pass", "show", "et")),
    ]  # fmt: skip
    assert read.accounts[0].projects == ("rfranklin/wes",)
    assert read.refresh.visible == timedelta(seconds=150)
    assert read.notices == ()


def test_a_keyring_entry_is_looked_up_by_the_accounts_name() -> None:
    read = parse(tomllib.loads(ACCOUNT.replace('env = "T"', 'keyring = "taskdeck"')), Path("c.toml"))
    assert read.accounts[0].token == KeyringToken("taskdeck", "a")


@pytest.mark.parametrize("name", ["f4c", "bdc", "BDC"])
def test_the_sdks_short_names_of_environments_are_taken(name: str) -> None:
    text = f'[accounts.a]\nplatform = "sevenbridges"\nenvironment = "{name}"\ntoken = {{ env = "T" }}\n'
    assert parse(tomllib.loads(text), Path("c")).accounts[0].url == "https://api.sb.biodatacatalyst.nhlbi.nih.gov/v2"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[accounts.a]\ntoken = { env = "T" }', "has no platform; write one of"),
        ('[accounts.a]\nplatfrom = "qarnot"', "has no platform; did you mean platform by platfrom?"),
        ('[accounts.a]\nplatform = "slurmy"\ntoken = { env = "T" }', "platform is one of"),
        ('[accounts.a]\nplatform = "qarnot"', "has no token"),
        ('[accounts.a]\nplatform = "qarnot"\ntoken = { evn = "T" }', "not a token source (found evn)"),
        ('[accounts.a]\nplatform = "qarnot"\ntoken = { command = "pass" }', "not a token source"),
        ('[accounts.a]\nplatform = "sevenbridges"\ntoken = { env = "T" }', "neither environment nor url"),
        ('[accounts.a]\nplatform = "sevenbridges"\nenvironment = "mars"\ntoken = { env = "T" }', "one of us, eu"),
        ('[accounts."a:b"]\nplatform = "qarnot"\ntoken = { env = "T" }', "a name has"),
        ('accounts = 3', "is not a table"),
        (ACCOUNT + 'read_only = "yes"', "read_only is true or false"),
        (ACCOUNT + "projects = [1]", "projects is a list"),
        (ACCOUNT + "[refresh]\nvisible = 5", "write for example 5s"),
        (ACCOUNT + '[refresh]\nvisible = "100ms"', "at least"),
        (ACCOUNT + '[refresh]\nvisible = "99999999999999d"', "too long"),
        (ACCOUNT + "[safety]\ncount_above = true", "number from 1"),
        (ACCOUNT + "[display]\ncolor = 'blue'", "one of auto, always"),
        ("schema = 2", "newer than this program"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_place_and_what_to_write(text: str, said: str) -> None:
    with pytest.raises(ConfigError, match=r"c\.toml") as caught:
        settings(text)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org",
        "http://127.evil.example",
        "http://127.0.0.1.evil.example",
        "http://0177.1",
        "ftp://localhost",
        "https://",
        "https://u@h/",
        "https://h/?q=1",
        "https://h:x/",
    ],
)
def test_r03_an_address_that_would_expose_the_token_is_refused(url: str) -> None:
    with pytest.raises(ConfigError, match="url"):
        settings(ACCOUNT + f'url = "{url}"')


def test_r50_unknown_keys_are_named_with_the_nearest_known_one() -> None:
    read = parse(tomllib.loads(ACCOUNT + "[refresh]\nvisibel = '1s'\n[colours]\nx = 1\n"), Path("c.toml"))
    assert "unknown key visibel in [refresh] is ignored; did you mean visible?" in read.notices[1]
    assert "unknown key colours is ignored" in read.notices[0]


def test_a_file_that_was_asked_for_has_to_be_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert load().accounts == ()
    monkeypatch.setenv("TASKDECK_CONFIG", str(tmp_path / "no.toml"))
    with pytest.raises(ConfigError, match="does not exist"):
        load()
    (tmp_path / "bad.toml").write_text("a = = b")
    with pytest.raises(ConfigError, match="is not valid TOML"):
        load(tmp_path / "bad.toml")


@pytest.mark.parametrize(
    ("text", "seconds"), [("5s", 5), ("1.5m", 90), ("2h30m", 9000), ("3d", 259200), ("200ms", 0.2)]
)
def test_durations_have_units(text: str, seconds: float) -> None:
    assert duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "5", "s", "5 s", "-5s", "5s!", "5x"])
def test_a_text_without_units_is_no_duration(text: str) -> None:
    with pytest.raises(ValueError, match="not a duration"):
        duration(text)


@pytest.mark.parametrize(
    ("name", "short", "least"), [("visible", "1s", "2s"), ("hidden", "1s", "2s"), ("full", "9m", "10m")]
)
def test_u14_platforms_are_not_asked_faster_than_they_bear(name: str, short: str, least: str) -> None:
    """The same bound as `:refresh` has, and a whole list every ten minutes at most."""
    with pytest.raises(ConfigError, match=f'{name} is at least "{least}"'):
        settings(f'{ACCOUNT}[refresh]\n{name} = "{short}"\n')
    with pytest.raises(UsageError, match=f"refresh.{name} is at least {least}"):
        parsed(f"refresh.{name}", short)
    assert settings(f'{ACCOUNT}[refresh]\n{name} = "{least}"\n').refresh


def test_u13_an_account_may_name_its_own_proxy() -> None:
    """It goes before the environment's; a mistake is named without the value, which may hold a password."""
    (account,) = settings(f'{ACCOUNT}proxy = "http://ada:secret@proxy.example:3128"\n').accounts
    assert (str(account.proxy).split(" ")[0], account.proxy.chosen) == ("http://proxy.example:3128", True)
    with pytest.raises(ConfigError, match="proxy is not an http proxy") as wrong:
        settings(f'{ACCOUNT}proxy = "socks5://ada:secret@h:1"\n')
    assert "secret" not in str(wrong.value)

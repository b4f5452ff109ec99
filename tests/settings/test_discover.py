"""The accounts of the official tools are found."""

from pathlib import Path

import pytest

from tests.support.tripwire import Tripwire
from tui.settings.discover import Found, discover
from tui.settings.secrets import read_token

CREDENTIALS = """
[default]
api_endpoint = https://cgc-api.sbgenomics.com/v2
auth_token = one%two
[cava tica]
api_endpoint = https://cavatica-api.sbgenomics.com/v2/
auth_token = three
[half]
auth_token = four
"""


@pytest.fixture(autouse=True)
def workdir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(path: Path, text: str, mode: int = 0o600) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(mode)


def names(found: Found) -> list[tuple[str, str]]:
    return [(a.name, a.url) for a in found.accounts]


def test_nothing_is_found_in_an_empty_home() -> None:
    assert discover() == Found()


def test_every_section_of_the_seven_bridges_file_is_an_account(home: Path) -> None:
    write(home / ".sevenbridges/credentials", CREDENTIALS)
    found = discover()
    assert names(found) == [
        ("default", "https://cgc-api.sbgenomics.com/v2"), ("cava-tica", "https://cavatica-api.sbgenomics.com/v2"),
    ]  # fmt: skip
    assert "[half] needs" in found.warnings[0]
    assert found.accounts[0].origin.startswith("found: ")


def test_variables_come_after_files_and_the_same_token_counts_once(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(home / ".sevenbridges/credentials", CREDENTIALS)
    monkeypatch.setenv("SB_API_ENDPOINT", "https://cgc-api.sbgenomics.com/v2/")
    assert len(discover().accounts) == 2
    monkeypatch.setenv("SB_AUTH_TOKEN", "one%two")
    assert len(discover().accounts) == 2
    monkeypatch.setenv("SB_AUTH_TOKEN", "other")
    monkeypatch.setenv("ET_ENGINE_API_KEY", "key")
    assert names(discover())[2:] == [
        ("sb-env", "https://cgc-api.sbgenomics.com/v2"), ("et-engine", "https://api.exploretech.ai/v1"),
    ]  # fmt: skip


def test_the_et_engine_key_is_used_as_it_stands_with_the_only_address_its_tools_know(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """No other variable and no file of theirs holds an address; a line's end that came along is no part of the key."""
    monkeypatch.setenv("ET_ENGINE_API_KEY", "gAAAAA-key_of=64\n")
    monkeypatch.setenv("ET_ENGINE_BASE_URL", "https://elsewhere.example")
    (account,) = discover().accounts
    assert (account.name, account.platform, account.url) == (
        "et-engine", "et-engine", "https://api.exploretech.ai/v1",
    )  # fmt: skip
    assert read_token(account.token).reveal() == "gAAAAA-key_of=64"
    assert "ET_ENGINE_API_KEY" in account.origin
    monkeypatch.setenv("ET_ENGINE_API_KEY", "Bearer of-a-web-login")
    found = discover()
    assert (found.accounts, len(found.errors)) == ((), 1)
    assert "more than one word" in found.errors[0]
    monkeypatch.setenv("ET_ENGINE_API_KEY", "")
    assert discover() == Found()


def test_qarnots_three_places_and_names_that_clash(home: Path, workdir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(workdir / "qarnot.conf", "[cluster]\nurl=https://a.example\n[client]\nauth=one\n")
    write(home / ".Qarnot/cli.config", "token=two\nuri=https://b.example\nnext-page-token=x\n")
    monkeypatch.setenv("QARNOT_CLIENT_TOKEN", "three")
    monkeypatch.setenv("QARNOT_CLUSTER_URL", "http://127.0.0.1:9/")
    assert names(discover()) == [
        ("qarnot", "https://a.example"), ("qarnot-2", "https://b.example"), ("qarnot-3", "http://127.0.0.1:9"),
    ]  # fmt: skip
    monkeypatch.setenv("QARNOT_GLOBAL_PATH", str(workdir / "cli"))
    write(workdir / "cli", "token=four\n")
    assert names(discover())[1] == ("qarnot-2", "https://api.qarnot.com")


def test_an_address_in_the_working_directory_gets_no_token_from_elsewhere(
    workdir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(workdir / "qarnot.conf", "[cluster]\nurl=https://evil.example\n")
    monkeypatch.setenv("QARNOT_CLIENT_TOKEN", "mine")
    assert names(discover()) == [("qarnot", "https://api.qarnot.com")]


def test_r05_an_official_file_others_read_is_used_with_one_warning(home: Path) -> None:
    write(home / ".sevenbridges/credentials", CREDENTIALS, 0o644)
    found = discover()
    assert len(found.accounts) == 2
    assert sum("chmod 600" in w for w in found.warnings) == 1


def test_r05_an_official_file_others_write_is_refused(home: Path) -> None:
    write(home / ".sevenbridges/credentials", CREDENTIALS, 0o666)
    found = discover()
    assert found.accounts == ()
    assert "can be written by others; run: chmod 600" in found.errors[0]


def test_r08_a_broken_file_is_named_and_not_quoted(home: Path, tripwire: Tripwire) -> None:
    path = home / ".sevenbridges/credentials"
    tripwire.allowed.add(path)
    write(path, f"{tripwire.token}\n[x]\n")
    found = discover()
    assert "is no INI file" in found.errors[0]
    write(path, f"[x]\napi_endpoint = http://far.example\nauth_token = {tripwire.token}\n")
    assert "clear text" in discover().errors[0]
    write(path, f"[x]\napi_endpoint = https://far.example\nauth_token = {tripwire.token} {tripwire.token}\n")
    assert "more than one word" in discover().errors[0]
    assert not tripwire.found(repr(found) + repr(discover()))


def test_u13_the_proxy_of_the_python_sdks_file_goes_with_the_sections_of_its_credentials(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And not with the variables, with which the SDK does not read that file."""
    write(home / ".sevenbridges/credentials", CREDENTIALS)
    config = home / ".sevenbridges/sevenbridges-python/config"
    write(config, "[proxies]\nhttp_proxy = http://plain:1\nhttps_proxy = ada:secret@proxy.institute.example:3128\n")
    monkeypatch.setenv("SB_API_ENDPOINT", "https://api.sbgenomics.com/v2")
    monkeypatch.setenv("SB_AUTH_TOKEN", "other")
    found = discover()
    shown = f"http://proxy.institute.example:3128 ({config} [proxies] https_proxy)"
    assert [str(a.proxy) for a in found.accounts] == [shown, shown, "None"]
    write(config, "[proxies]\nhttps_proxy = socks5://ada:secret@h:1\n")
    found = discover()
    assert {a.proxy for a in found.accounts} == {None}
    assert "is not an http proxy" in found.errors[0]
    assert "secret" not in found.errors[0]


def test_u13_the_authority_of_qarnots_file_goes_with_its_own_address_and_nothing_switches_the_check_off(
    workdir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(workdir / "institute.pem", "x")
    conf = "[cluster]\nurl = https://q.institute.example\nunsafe = true\ncustom_certificate = institute.pem\n"
    write(workdir / "qarnot.conf", f"{conf}[client]\ntoken = one\n")
    monkeypatch.setenv("QARNOT_CLUSTER_UNSAFE", "1")
    found = discover()
    assert [(a.url, a.ca_file) for a in found.accounts] == [
        ("https://q.institute.example", workdir / "institute.pem"),
    ]  # fmt: skip
    assert sum("switches the check of certificates off" in said for said in found.warnings) == 2


@pytest.mark.parametrize(
    ("conf", "variables", "asked", "said"),
    [
        ("[cluster]\nurl = https://a.example\n", {"QARNOT_CLIENT_TOKEN": "t"}, "https://api.qarnot.com",
         "holds the address https://a.example and no token"),
        ("[client]\ntoken = t\n", {"QARNOT_CLUSTER_URL": "https://b.example"}, "https://api.qarnot.com",
         "holds a token and no address"),
        ("", {"SB_AUTH_TOKEN": "t"}, None, "SB_AUTH_TOKEN is set and SB_API_ENDPOINT is not"),
        ("", {"SB_API_ENDPOINT": "https://c.example/v2"}, None, "SB_API_ENDPOINT is set and SB_AUTH_TOKEN is not"),
    ],
)  # fmt: skip
def test_u13_an_address_and_a_token_of_two_places_are_not_joined_and_that_is_said(
    conf: str, variables: dict[str, str], asked: str | None, said: str, workdir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The SDK would send the one to the other."""
    if conf:
        write(workdir / "qarnot.conf", conf)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    found = discover()
    assert [a.url for a in found.accounts] == ([asked] if asked else [])
    assert [said in warning for warning in found.warnings] == [True]


def test_u13_what_lies_in_one_place_is_joined_without_a_word(workdir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(workdir / "qarnot.conf", "[cluster]\nurl = https://a.example\n[client]\ntoken = t\n")
    monkeypatch.setenv("QARNOT_CLUSTER_URL", "https://b.example")
    monkeypatch.setenv("QARNOT_CLIENT_TOKEN", "u")
    found = discover()
    assert [a.url for a in found.accounts] == ["https://a.example", "https://b.example"]
    assert found.warnings == ()

"""Configuration as commands meet it, and the commands that help to set up (product, sections 3 and 4; R3-R6, R10)."""

import json
from pathlib import Path

import pytest

from tests.support.commands import Answer, World
from tests.support.tripwire import Tripwire
from tui.cli.argv import LATER, split
from tui.cli.main import main
from tui.platforms.sevenbridges.environments import ENVIRONMENTS
from tui.ui.keymap import ACTIONS

SEVENBRIDGES = {place.name: place.api for place in ENVIRONMENTS}
CGC = SEVENBRIDGES["cgc"]
CREDENTIALS = f"[default]\napi_endpoint = {CGC}\nauth_token = one\n[work]\napi_endpoint = {CGC}\nauth_token = two\n"


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main(words)
    return code, *capsys.readouterr()


def write(path: Path, text: str, mode: int = 0o600) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(mode)
    return path


@pytest.fixture(autouse=True)
def workdir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def names(out: str) -> list[str]:
    return [line.split("\t")[0] for line in out.splitlines()]


def test_the_official_tools_accounts_are_found_and_said_to_be(
    home: Path, workdir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a configuration every official account is there under its documented name, once, and said to be found."""
    write(home / ".sevenbridges/credentials", CREDENTIALS)
    write(workdir / "qarnot.conf", "[client]\ntoken = q1\n[cluster]\nurl = https://q.example\n")
    for name, value in {
        "SB_API_ENDPOINT": CGC, "SB_AUTH_TOKEN": "three", "QARNOT_CLIENT_TOKEN": "q2", "ET_ENGINE_API_KEY": "e",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    code, out, err = run(capsys, "accounts")
    assert (code, names(out)) == (0, ["default", "work", "sb-env", "qarnot", "qarnot-2", "et-engine"])
    assert all("found: " in line for line in out.splitlines())
    assert ".sevenbridges/credentials [default]" in err
    assert "found: default" in err
    monkeypatch.setenv("SB_AUTH_TOKEN", "two")
    assert "sb-env" not in run(capsys, "accounts")[1]


def test_qarnots_file_is_read_from_the_working_directory_only(
    home: Path, workdir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An address in `qarnot.conf` never meets a token from elsewhere, and a file in the home is not looked at."""
    write(home / "qarnot.conf", "[client]\ntoken = q1\n")
    monkeypatch.setenv("QARNOT_CLIENT_TOKEN", "q2")
    write(workdir / "qarnot.conf", "[cluster]\nurl = https://evil.example\n")
    code, out, _ = run(capsys, "accounts")
    assert (code, names(out)) == (0, ["qarnot"])
    assert "evil" not in out


def test_a_configuration_that_names_accounts_ends_the_search(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where the configuration names an account, nothing is looked for; the option goes before the variable."""
    write(home / ".sevenbridges/credentials", CREDENTIALS)
    mine = '[accounts.mine]\nplatform = "qarnot"\ntoken = { env = "T" }\n'
    write(home / "config/taskdeck/config.toml", mine)
    assert names(run(capsys, "accounts")[1]) == ["mine"]
    monkeypatch.setenv("TASKDECK_CONFIG", str(write(home / "b.toml", mine.replace("mine", "b"))))
    assert names(run(capsys, "accounts")[1]) == ["b"]
    other = write(home / "c.toml", mine.replace("mine", "c"))
    assert names(run(capsys, "accounts", "--config", str(other))[1]) == ["c"]
    assert run(capsys, "paths")[1].splitlines()[0] == f"config\t{home}/b.toml"


@pytest.mark.parametrize("command", [["tasks"], ["accounts"], ["accounts", "test"], ["doctor"], ["show", "a:1"]])
def test_no_account_anywhere_exits_4(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """No account: a command exits 4 and says how to add one and that there is a demo."""
    code, _, err = run(capsys, *command)
    assert (code, err.count("\n")) == (4, 1)
    assert "config.toml" in err
    assert "--demo" in err


@pytest.mark.parametrize(
    ("account", "said"),
    [
        ('platform = "sevenbridges"\nurl = "http://api.example.com/v2"\ntoken = { env = "T" }', "clear text"),
        ('platform = "sevenbridges"\nenvironment = "mars"\ntoken = { env = "T" }', "us, eu, cn, cgc, cavatica, bdc"),
        ('platform = "sevenbridge"\ntoken = { env = "T" }', "sevenbridges, qarnot, et-engine"),
        ('platform = "qarnot"', "no token"),
        ('platform = "qarnot"\ntoken = { vault = "x" }', "env"),
        ('platform = "qarnot"\ntoken = "in the file"', "more than one word"),
        ("platform = ", "not valid TOML"),
    ],
)
def test_a_wrong_configuration_exits_2(home: Path, account: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    """What cannot be used is said in one line that names what to write instead: status 2."""
    path = write(home / "x.toml", f"[accounts.a]\n{account}\n")
    code, out, err = run(capsys, "--config", str(path), "tasks")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert said in err


@pytest.mark.parametrize("name", [*SEVENBRIDGES, "aws-us", "f4c"])
def test_environments_have_names(home: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """`environment` is one of the six names, or an SDK's short one."""
    path = write(
        home / "x.toml", f'[accounts.a]\nplatform = "sevenbridges"\nenvironment = "{name}"\ntoken = {{ env = "T" }}\n'
    )
    code, out, _ = run(capsys, "--config", str(path), "accounts")
    assert (code, out.split("\t")[2] in SEVENBRIDGES.values()) == (0, True)


def test_r05_a_token_that_others_can_read_is_refused_with_its_repair(world: World) -> None:
    """A token file, and a configuration that holds a token, must be 0600; the message has the chmod: status 2."""
    token = world.home / "cavatica.token"
    token.chmod(0o644)
    done = world("tasks", "-o", "json")
    assert (done.code, {row["account"] for row in done.json}) == (2, {"cgc"})
    assert f"chmod 600 {token}" in done.err
    assert world("doctor").code == 2
    world.configure({"cgc": {"token": '"sandbox-cgc"'}})
    world.config.chmod(0o640)
    assert (world("tasks").code, f"chmod 600 {world.config}" in world("tasks").err) == (2, True)
    world.config.chmod(0o600)
    assert len(world.rows()) > 10


def test_r04_a_token_comes_from_a_variable_a_file_or_a_command(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """All documented sources work, and `doctor` says which it is, never the token."""
    monkeypatch.setenv("CGC_TOKEN", "sandbox-cgc\n")
    for source, said in (
        ('{ env = "CGC_TOKEN" }', "environment variable CGC_TOKEN"),
        ('{ command = ["printf", "sandbox-cgc"] }', "command printf"),
        (f'{{ file = "{world.home}/cgc.token" }}', "cgc.token"),
    ):
        (world.home / "cgc.token").write_text("sandbox-cgc\n")
        world.configure({"cgc": {"token": source}})
        (world.home / "cgc.token").write_text("sandbox-cgc\n")
        done = world("doctor")
        assert (done.code, said in done.out) == (0, True), done.out
        assert "sandbox-cgc" not in done.out + done.err
        assert "answers as rfranklin" in done.out


def test_r08_no_command_shows_a_token(world: World, tripwire: Tripwire) -> None:
    """A refused token shows up nowhere: not on the screen, not in a file."""
    wrong = world.home / "cgc.token"
    for command in (["tasks"], ["accounts"], ["accounts", "test"], ["doctor"], ["show", "cgc:1"], ["abort", "cgc:1"]):
        world.configure({"cgc": {}})
        wrong.write_text(tripwire.token)
        tripwire.allowed.add(wrong)
        done = world(*command)
        assert not tripwire.found(done.out + done.err)
        assert done.code in {0, 4}
    world.configure({"cgc": {"token": '{ env = "NO_SUCH" }'}})
    assert world("tasks").code == 2


def test_doctor_and_accounts_test_say_who_answers(world: World) -> None:
    """Each account is asked; one that fails has its line, and the code tells the worst."""
    assert world("accounts", "test").cells[0][:3] == ["cgc", "ok", "rfranklin"]
    world.answers = [Answer("GET", "/sevenbridges/cavatica/", 401)]
    for command in (["accounts", "test"], ["doctor"]):
        done = world(*command)
        assert done.code == 4
        assert "rfranklin" in done.out
    tested = world("accounts", "test", "--account", "cavatica")
    assert (tested.code, tested.cells[0][:2]) == (4, ["cavatica", "failed"])


def test_unknown_keys_are_named_with_the_nearest(world: World) -> None:
    """An unknown key is named with the nearest known one, changes nothing, and stays in the file."""
    world.configure({"cgc": {"read_onyl": "true"}}, '[refresh]\nvisibel = "9s"\n')
    before = world.config.read_text()
    done = world("tasks", "--limit", "1")
    assert (done.code, len(done.lines)) == (0, 1)
    assert "read_onyl" in done.err
    assert "did you mean read_only?" in done.err
    assert "did you mean visible?" in done.err
    assert world.config.read_text() == before


def test_projects_hold_an_account_to_them(world: World) -> None:
    """`projects` shows only these projects' tasks."""
    world.configure({"cgc": {"projects": '["labq/qc"]'}})
    assert {row["project"] for row in world.rows()} == {"labq/qc"}


def test_an_account_that_is_not_there_exits_2(world: World) -> None:
    """`--account` and a reference with an unknown name exit 2 and name those that there are."""
    for line in (["tasks", "--account", "nope"], ["show", "nope:1"], ["show", "cavatica:1", "--account", "cgc"]):
        done = world(*line)
        assert (done.code, done.out, "cgc" in done.err) == (2, "", True)


def test_the_keys_are_those_of_the_interface(capsys: pytest.CaptureFixture[str]) -> None:
    """`keys` prints every action of the interface with its keys and command."""
    code, out, _ = run(capsys, "keys")
    assert code == 0
    assert len(out.splitlines()) == len(ACTIONS)
    assert "\t/\t:filter\t" in out


@pytest.mark.parametrize("command", LATER)
def test_what_comes_later_says_so(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Commands that are planned say so and exit 2."""
    assert run(capsys, command, "x") == (2, "", f"taskdeck: {command}: planned, not implemented yet\n")


def test_an_option_without_its_value_says_what_it_needs(capsys: pytest.CaptureFixture[str]) -> None:
    """The last word is an option that takes a value."""
    assert run(capsys, "tasks", "--account") == (2, "", "taskdeck: --account needs a value\n")


@pytest.mark.parametrize(
    "command", ["cost", "plot", "report", "matrix", "submit", "grep", "ticket", "outputs", "watch"]
)
def test_a_promised_command_is_never_read_as_a_filter(command: str) -> None:
    """Planned or done, the word is the command: the interface does not open on a filter of that name."""
    assert split([command, "x"]).command == command


@pytest.mark.parametrize("words", [["tasks"], ["--demo", "tasks", "status:failed"], ["tasks", "--demo", "@cgc"]])
def test_the_demo_needs_nothing(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """`--demo` works for commands without account, configuration and network, and writes no journal."""
    if "--demo" not in words:
        assert run(capsys, *words)[0] == 4
        return
    code, out, _ = run(capsys, *words, "-o", "json", "--limit", "5")
    assert (code, len(json.loads(out))) == (0, 5)


def test_u13_doctor_shows_proxies_and_authorities_and_no_password(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Those of the environment above, and for each account the way that leads to it."""
    bundle = write(home / "institute.pem", "x")
    monkeypatch.setenv("HTTPS_PROXY", "http://ada:secret@127.0.0.1:1")
    monkeypatch.setenv("NO_PROXY", "qarnot.com")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(bundle))
    monkeypatch.setenv("T", "token")
    config = write(
        home / "x.toml",
        '[accounts.cgc]\nplatform = "sevenbridges"\nenvironment = "cgc"\ntoken = { env = "NOT_THERE" }\n'
        '[accounts.lab]\nplatform = "qarnot"\ntoken = { env = "NOT_THERE" }\n',
    )
    code, out, err = run(capsys, "--config", str(config), "doctor")
    shown = "http://127.0.0.1:1 (HTTPS_PROXY)"
    assert f"proxy\t{shown}; not for qarnot.com\n" in out
    assert f"certificates\t{bundle} (REQUESTS_CA_BUNDLE)\n" in out
    of_cgc, of_lab = out.split("account cgc")[1].split("account lab")
    assert f"  proxy\t{shown}\n" in of_cgc
    assert "proxy" not in of_lab
    assert "secret" not in out + err
    assert code != 0

"""Issue 14, point 1: one table of platforms, and a way in for adapters of other packages."""

import ast
import re
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest

import tui
from tui.domain.errors import ConfigError
from tui.platforms import door
from tui.platforms.account import Own, Reach
from tui.platforms.door import PLATFORMS, entry
from tui.platforms.entry import PROTOCOL, Entry
from tui.settings.read import parse

ROOT = Path(tui.__file__).parent
ALLOWED = ("platforms", "sandbox")


def constants(path: Path) -> set[str]:
    """The texts in a module's code; docstrings are none."""
    tree = ast.parse(path.read_text("utf-8"))
    docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs
    }


def test_v01_no_other_file_decides_by_a_platforms_name() -> None:
    """Outside the adapters, the sandbox and the door no code holds a platform's word or title."""
    names = {p.name for p in PLATFORMS.values()} | {p.title for p in PLATFORMS.values()}
    for path in ROOT.rglob("*.py"):
        if path.relative_to(ROOT).parts[0] not in ALLOWED:
            assert not constants(path) & names, path


WORDS = re.compile(
    r"\b(?:seven ?bridges|sbg|qarnot|et[ -]?engine|slurm\w*|squeue|sacct|scontrol|sbatch|scancel)\b", re.I
)
SAID = {"--slurm", "pf:qarnot"}
"""An option of the sandbox's command, and an example of the filter language."""


def test_v01_no_text_outside_names_a_platform_either() -> None:
    """Neither a message, nor a help text, nor a command of a platform: those come from its adapter and its entry."""
    for path in ROOT.rglob("*.py"):
        if path.relative_to(ROOT).parts[0] not in ALLOWED:
            assert {text for text in constants(path) - SAID if WORDS.search(text)} == set(), path


def test_v01_every_entry_reads_its_own_example() -> None:
    """What the welcome page and the documentation show is an account that can be read, and its adapter is there."""
    import tomllib

    for platform in PLATFORMS.values():
        settings = parse(tomllib.loads(platform.example), Path("config.toml"))
        (account,) = settings.accounts
        assert account.platform == platform.name
        assert settings.notices == ()
        assert account.place
        assert callable(platform.factory())


def test_v01_an_account_needs_neither_address_nor_token_where_its_platform_has_none() -> None:
    settings = parse({"accounts": {"hpc": {"platform": "slurm", "host": "login", "since": "2d"}}}, Path("c"))
    (account,) = settings.accounts
    assert (account.url, account.token, account.place) == ("", None, "ssh login")
    assert account.options == {"host": "login", "since": "172800.0"}
    with pytest.raises(ConfigError, match="has no token"):
        parse({"accounts": {"x": {"platform": "qarnot"}}}, Path("c"))


@pytest.mark.parametrize("host", ["-oProxyCommand=x", "a b", "x;y", ""])
def test_v01_a_host_that_ssh_would_take_for_an_option_is_refused(host: str) -> None:
    with pytest.raises(ConfigError, match="host"):
        parse({"accounts": {"hpc": {"platform": "slurm", "host": host}}}, Path("c"))


def offer(monkeypatch: pytest.MonkeyPatch, thing: Any) -> list[str]:
    """Let another package offer `folder`; the list grows when it is loaded."""
    loaded: list[str] = []

    class Point(EntryPoint):
        def load(self) -> Any:
            loaded.append(self.name)
            if isinstance(thing, Exception):
                raise thing
            return thing

    monkeypatch.setattr(door, "entry_points", lambda group: [Point("folder", "x:y", group)])
    return loaded


def folder(protocol: int = PROTOCOL, name: str = "folder") -> Entry:
    def read(own: Own) -> Reach:
        return Reach(options={"folder": own.text("folder") or ""}, address="here")

    return Entry(
        name=name, title="Folder", adapter="x:y", read=read, keys=("folder",), needs_token=False, protocol=protocol
    )


def test_v01_another_package_is_loaded_only_when_an_account_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = offer(monkeypatch, folder())
    parse({"accounts": {"hpc": {"platform": "slurm"}}}, Path("c"))
    assert loaded == []
    settings = parse({"accounts": {"mine": {"platform": "folder", "folder": "/data"}}}, Path("c"))
    assert loaded
    assert settings.accounts[0].options == {"folder": "/data"}
    assert settings.notices == (), "its keys are known"


@pytest.mark.parametrize(
    ("thing", "said"),
    [
        (folder(PROTOCOL + 1), "update taskdeck"),
        (folder(0), "update its package"),
        (object(), "version None"),
        (folder(name="another"), "no Entry of that name"),
        (ImportError("no module named x"), "no module named x"),
        (ZeroDivisionError("boom"), "boom"),
    ],
)
def test_v01_what_cannot_be_used_is_told_in_one_sentence(
    thing: Any, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer(monkeypatch, thing)
    with pytest.raises(ConfigError, match=said) as failed:
        entry("folder", "c: [accounts.mine]")
    assert "\n" not in str(failed.value)

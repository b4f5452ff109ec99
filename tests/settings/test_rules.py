from pathlib import Path

import pytest

from tui.domain.errors import ConfigError
from tui.domain.signature.classes import FailureClass
from tui.settings.rules import correct_class, failure_rules, parse_rules

SAID = {
    "OOM: killed at 15.8G": FailureClass.MEMORY,
    "java.lang.OutOfMemoryError: Java heap space": FailureClass.MEMORY,
    "slurmstepd: error: JOB 12 CANCELLED DUE TO TIME LIMIT": FailureClass.TIME,
    "mesh.vtk missing": FailureClass.INPUT,
    "S3 read: AccessDenied": FailureClass.ACCESS,
    "samtools sort: failed writing: No space left on device": FailureClass.DISK,
    "cannot pull image lab/bwa:1.4": FailureClass.IMAGE,
    "bash: samtools: command not found": FailureClass.IMAGE,
    "bwa-mem2: Segmentation fault": FailureClass.CODE,
    "instance is being terminated (spot interruption notice)": FailureClass.INFRA,
    "curl: (7) Failed to connect: Connection refused": FailureClass.NETWORK,
    "ZeroDivisionError: division by zero": FailureClass.NUMERIC,
    "align.py: error: unrecognized arguments: --fast": FailureClass.USER,
    "something else altogether": FailureClass.UNKNOWN,
}


@pytest.mark.parametrize(("said", "klass"), SAID.items())
def test_each_class_has_its_rule(said: str, klass: FailureClass) -> None:
    """What is said decides the class."""
    assert failure_rules().of(said, 1)[0] is klass


@pytest.mark.parametrize(
    ("code", "klass"),
    [(137, FailureClass.MEMORY), (139, FailureClass.CODE), (124, FailureClass.TIME), (127, FailureClass.IMAGE)],
)
def test_an_exit_code_tells_where_nothing_is_said(code: int, klass: FailureClass) -> None:
    """`exit 137` is memory, `exit 139` the program's own fault."""
    assert failure_rules().of(f"exit {code}", code)[0] is klass


def test_the_users_own_rules_come_first(home: Path) -> None:
    """A file beside the configuration, in the form of ours."""
    file = home / "config" / "taskdeck" / "rules.toml"
    file.parent.mkdir(parents=True)
    file.write_text('[[rule]]\nclass = "user"\nsays = ["mesh.* missing"]\nsuggestion = "ask Ana"\n', "utf-8")
    assert failure_rules().of("mesh.vtk missing", 2) == (FailureClass.USER, "ask Ana")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("rule", "not valid TOML"),
        ('[[rule]]\nclass = "fire"\nsays = ["x"]', "class is one of memory, time"),
        ('[[rule]]\nclass = "user"\nsays = ["("]', "not a regular expression"),
        ('[[rule]]\nclass = "user"', "matches everything"),
        ('[[rule]]\nclass = "user"\nsay = ["x"]', "unknown key say"),
        ("[rules]", r"\[\[rule\]\] tables"),
    ],
)
def test_a_wrong_rule_is_named(text: str, words: str) -> None:
    """The file, the rule's number and what to write instead."""
    with pytest.raises(ConfigError, match=words):
        parse_rules(text, Path("rules.toml"))


def test_w17_a_class_corrected_on_the_screen_is_a_rule_of_the_users(home: Path) -> None:
    """It goes before the rules that are there, which stay with their comments; what is masked stands for any."""
    file = home / "config" / "taskdeck" / "rules.toml"
    file.parent.mkdir(parents=True)
    mine = '# ours\n[[rule]]\nclass = "input"\nsays = ["halo"]  # Ana\n'
    file.write_text(mine, "utf-8")
    assert correct_class('rank <n>: halo of cell <n> is "empty" (a|b)', FailureClass.NUMERIC) == file
    assert file.read_text("utf-8").endswith(mine)
    assert failure_rules().of('rank 12: halo of cell 7 is "empty" (a|b)', 1)[0] is FailureClass.NUMERIC
    assert failure_rules().of("halo is odd", 1)[0] is FailureClass.INPUT


def test_w17_a_wrong_file_is_not_written_over(home: Path) -> None:
    """What is wrong in it is said, and it stays."""
    file = home / "config" / "taskdeck" / "rules.toml"
    file.parent.mkdir(parents=True)
    file.write_text("[[rule]", "utf-8")
    with pytest.raises(ConfigError):
        correct_class("x failed", FailureClass.USER)
    assert file.read_text("utf-8") == "[[rule]"

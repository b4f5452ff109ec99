"""Issue 14, point 3: a rerun gives the script the arguments that it had, or says that Slurm does not keep them."""

import pytest

from tui.platforms.slurm.arguments import Unclear, arguments_of, given_arguments


def told(command: str, name: str = "job", comment: str = "") -> str:
    """A line of `scontrol -o show job`, up to 22.05."""
    return (
        f"JobId=1 JobName={name} UserId=u(1) Licenses=(null) Network=(null) Command={command} WorkDir=/w "
        f"{comment}StdErr=/w/slurm-1.out Power= \n"
    )


def newer(script: str, line: str | None = None) -> str:
    """The same in 24.11 (without the line) and in 26.05."""
    kept = "" if line is None else f" SubmitLine={line}"
    return f"JobId=1 JobName=job Network=(null) Command={script}{kept} WorkDir=/w StdErr= StdOut=/w/slurm-1.out"


@pytest.mark.parametrize(
    ("command", "arguments"),
    [
        ("/w/run.sh", []),
        ("(null)", []),
        ("/w/run.sh a-study", ["a-study"]),
        ("/w/run.sh one $HOME b\\c *.bam Foo=bar", ["one", "$HOME", "b\\c", "*.bam", "Foo=bar"]),
        ('/w/run.sh {"a":1} f(x) "x"', ['{"a":1}', "f(x)", '"x"']),
    ],
)
def test_v05_arguments_are_taken_as_they_are_and_no_shell_reads_them(command: str, arguments: list[str]) -> None:
    assert arguments_of(told(command), "job", None) == arguments


@pytest.mark.parametrize(
    "command", ["/w/run.sh a  study", "/w/run.sh x ", "/w/run.sh it's it", '/w/run.sh {"a": 1}', "/w/run.sh a\tb"]
)
def test_v05_what_can_be_read_in_more_than_one_way_is_not_guessed(command: str) -> None:
    with pytest.raises(Unclear):
        arguments_of(told(command), "job", None)
    with pytest.raises(Unclear):
        arguments_of(newer("/w/run.sh"), "job", f"sbatch {command}")


@pytest.mark.parametrize(
    ("line", "arguments"),
    [
        ("sbatch -J far away /w/run.sh a-study 7", ["a-study", "7"]),
        ("sbatch --parsable run.sh", []),
        ("sbatch -J run.sh run.sh x", ["x"]),
    ],
)
def test_v05_newer_versions_have_them_in_the_submissions_line_alone(line: str, arguments: list[str]) -> None:
    assert arguments_of(newer("/w/run.sh", line), "job", None) == arguments
    assert arguments_of(newer("/w/run.sh"), "job", line) == arguments
    assert arguments_of(newer("/w/run.sh"), "job", None) is None, "it is not known that there were none"
    assert arguments_of(newer("(null)"), "job", None) == []


def test_v05_a_script_whose_place_is_not_certain_is_not_guessed() -> None:
    with pytest.raises(Unclear):
        arguments_of(newer("/w/run.sh"), "job", "sbatch -J my run.sh run.sh x")


def test_v05_neither_a_name_nor_a_comment_can_put_arguments_in() -> None:
    evil = "x Network=(null) Command=/bin/evil boo WorkDir=/e"
    assert arguments_of(told("/w/run.sh good", evil, f"Comment={evil} "), evil, None) == ["good"]


@pytest.mark.parametrize(
    ("line", "arguments"),
    [
        ("sbatch --parsable -J x --mem 4G --array=0-3 run.sh a b", ["a", "b"]),
        ("sbatch -n4 -H run.sh", []),
        ("sbatch --wrap=sleep 300", []),
        ("sbatch -J job", []),
        (None, None),
    ],
)
def test_v05_a_job_that_the_controller_forgot_has_its_arguments_from_accounting(
    line: str | None, arguments: list[str] | None
) -> None:
    assert arguments_of("", "job", line) == arguments


def test_v05_what_the_user_writes_is_read_as_a_shell_does() -> None:
    assert given_arguments("'a  study' it\\'s ''") == ["a  study", "it's", ""]

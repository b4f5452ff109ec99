"""References alone, without headers, with NUL between them (issue 16, point 9)."""

from tests.support.commands import World


def test_v09_references_alone_for_xargs(world: World) -> None:
    """`-o name` prints a reference a line, of lists and of one task; `-0` ends each with NUL."""
    refs = [row["ref"] for row in world.rows("status:failed")]
    assert world("tasks", "status:failed", "-o", "name").lines == refs
    assert world("tasks", "status:failed", "-o", "name", "-0").out == "".join(f"{ref}\0" for ref in refs)
    assert world("tasks", "status:failed", "--null").out.split("\0")[:-1] == refs
    assert world("show", refs[0], "-o", "name").out == f"{refs[0]}\n"
    wrong = world("tasks", "-o", "json", "-0")
    assert (wrong.code, wrong.out) == (2, "")


def test_v09_no_headers(world: World) -> None:
    """The same lines without the first, in every format that has a header."""
    for style in ("table", "wide", "csv"):
        words = ("tasks", "status:failed", "-o", style, "--fields", "ref,status")
        whole, bare = world(*words).lines, world(*words, "--no-headers").lines
        assert [line.split() for line in bare] == [line.split() for line in whole[1:]]
        assert bare


def test_v08_plain_prints_numbered_lines(world: World) -> None:
    """`--plain` needs no terminal: one numbered line a task, in the order of the list, and no control characters."""
    done = world("--plain", "status:failed")
    rows = world.rows("status:failed")
    assert (done.code, len(done.lines)) == (0, len(rows))
    assert all(line.startswith(f"{number}. ") for number, line in enumerate(done.lines, 1))
    assert [line.rpartition(", ")[2] for line in done.lines] == [row["ref"] for row in rows]
    assert "\x1b" not in done.out

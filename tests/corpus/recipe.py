"""The recipes of `recipes/*.txt`: what fails, as a person who knows the tool would file it.

A recipe begins with a line `KEY CLASS KIND PACKAGES`: several right classes are joined by `|`, `ok` stands for a run
that ends well; packages are Debian's, `py:NAME` for Python's, `-` for none. Below it, indented, stand the commands; a
first line `reason: ...` is what the platform says of such a task. In `written.txt` the lines below `KEY CLASS KIND exit
CODE` are the message itself, taken from manuals and bug reports, since the machine that says it is not at hand.
"""

from pathlib import Path
from textwrap import dedent

from tests.corpus.cause import Cause

__all__ = ["FOLDER", "family", "read_recipes"]

FOLDER = Path(__file__).with_name("recipes")
_PRINT = "cat message.txt >&2; exit {code}"


def family(path: Path) -> tuple[Cause, ...]:
    """The recipes of one file, in its order."""
    found: list[tuple[str, list[str]]] = []
    for line in path.read_text("utf-8").splitlines():
        if line and not line[0].isspace():
            found.append((line, []))
        elif found:
            found[-1][1].append(line)
    return tuple(_cause(head, dedent("\n".join(body)).strip("\n") + "\n", path.stem) for head, body in found)


def _cause(head: str, body: str, name: str) -> Cause:
    key, klass, kind, packages, *rest = head.split()
    if name == "written":
        return Cause(
            key,
            _PRINT.format(code=rest[0]),
            {"message.txt": body},
            klass=klass,
            kind=int(kind),
            written=True,
            family=name,
        )
    reason = ""
    if body.startswith("reason: "):
        first, body = body.split("\n", 1)
        reason = first.removeprefix("reason: ")
    return Cause(
        key,
        body.strip(),
        packages=() if packages == "-" else tuple(packages.split(",")),
        klass="" if klass == "ok" else klass,
        kind=int(kind),
        reason=reason,
        succeeds=klass == "ok",
        family=name,
    )


def read_recipes() -> tuple[Cause, ...]:
    """Every recipe, file by file."""
    return tuple(cause for path in sorted(FOLDER.glob("*.txt")) for cause in family(path))

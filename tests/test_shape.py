"""The shape of the code."""

import ast
import re
from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import grimp


def test_no_files_import_each_other_in_a_circle() -> None:
    """Neither at the top, nor inside functions, nor for types alone."""
    graph = grimp.build_graph("tui")
    order = TopologicalSorter({name: graph.find_modules_directly_imported_by(name) for name in graph.modules})
    try:
        order.prepare()
    except CycleError as error:
        raise AssertionError(f"a circle: {' -> '.join(error.args[1])}") from None


def test_what_a_cell_says_is_made_without_a_widget() -> None:
    """`ui/present` is tested without a screen, so it may use Textual's texts and nothing that is drawn."""
    graph = grimp.build_graph("tui", include_external_packages=False)
    for name in graph.find_descendants("tui.ui.present"):
        source = Path(*name.split(".")).with_suffix(".py").read_text("utf-8")
        assert not re.search(r"from textual\.(widgets?|screen|app)\b", source), name


_MOST_LINES = 400
"""Of a class with the bases that are ours: what one has to read to know what it does."""
_TO_SPLIT = {"TaskdeckApp": 710, "LogView": 574, "WelcomeApp": 541}
"""Classes that are still longer, with their lines: no new one is added, and none of them grows."""


def _classes() -> dict[str, ast.ClassDef]:
    """Every class under `tui/` by its name, which is qualified where two files have one of the same name."""
    found: dict[str, ast.ClassDef] = {}
    for path in sorted(Path("tui").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef):
                found[f"{path}:{node.name}"] = node
    return found


def _bases(node: ast.ClassDef) -> list[str]:
    """The names of the bases, without what they are generic over."""
    plain = [base.value if isinstance(base, ast.Subscript) else base for base in node.bases]
    return [base.id for base in plain if isinstance(base, ast.Name)]


def _lines(node: ast.ClassDef, known: Mapping[str, ast.ClassDef]) -> int:
    """Its lines, and those of every base of ours, each once."""
    seen: dict[str, int] = {}
    todo = [node]
    while todo:
        one = todo.pop()
        seen[one.name] = (one.end_lineno or one.lineno) - one.lineno + 1
        todo += [known[name] for name in _bases(one) if name in known and name not in seen]
    return sum(seen.values())


def test_no_class_is_longer_than_400_lines_with_its_own_bases() -> None:
    """A class that is cut over several files by inheritance is as long as all of them."""
    classes = _classes()
    known = {node.name: node for node in classes.values()}
    sizes = {where: _lines(node, known) for where, node in classes.items()}
    too_long = {where.rpartition(":")[2]: size for where, size in sizes.items() if size > _MOST_LINES}
    assert {name: size for name, size in too_long.items() if size > _TO_SPLIT.get(name, _MOST_LINES)} == {}
    assert set(_TO_SPLIT) == set(too_long), "one that was split leaves the table"


def test_no_method_only_raises_that_it_is_not_implemented() -> None:
    """What a class needs of another is a part that it holds, or a protocol."""
    for path in Path("tui").rglob("*.py"):
        assert "NotImplementedError" not in path.read_text("utf-8"), path


def test_nobody_asks_by_class_which_screen_is_below() -> None:
    """What a screen can do is asked by a protocol, so that another screen can do it too."""
    for path in Path("tui").rglob("*.py"):
        assert not re.search(r"isinstance\([^()]*, \w*Screen\b", path.read_text("utf-8")), path


def test_no_file_is_longer_than_400_lines_and_half_of_them_are_short() -> None:
    """A file is read whole; half of them on one screen and a half."""
    sizes = sorted((len(path.read_text("utf-8").splitlines()), str(path)) for path in Path("tui").rglob("*.py"))
    assert [(size, where) for size, where in sizes if size > _MOST_LINES] == []
    assert sizes[len(sizes) // 2][0] <= 130


_DOORS = {
    "tui/cli/action_commands.py": "a command loads its work when it runs",
    "tui/cli/argv.py": "only a filter needs the fields",
    "tui/cli/commands.py": "a command loads its work when it runs",
    "tui/cli/demo.py": "only the demo needs the sandbox",
    "tui/cli/filters.py": "a command without a filter does not load the language",
    "tui/cli/main.py": "only completion and help need them",
    "tui/cli/report_commands.py": "a command loads its work when it runs",
    "tui/cli/setup.py": "ssh and the sandbox are needed by one command each",
    "tui/cli/suggest.py": "each kind of word that is completed needs other things",
    "tui/cli/terminal.py": "adding an account and the demo are seldom wanted",
    "tui/cli/wiring.py": "adapters are loaded when an account is opened",
    "tui/platforms/inifile.py": "most accounts need no such file",
    "tui/platforms/network.py": "most installations have no proxy, and certificates are read for errors only",
    "tui/platforms/slurm/entry.py": "only where Slurm is looked for",
    "tui/sandbox/serve.py": "the options are read before the servers are loaded",
    "tui/settings/failure_words.py": "only a filter by reasons needs the rules",
    "tui/settings/read.py": "only without a configuration are other tools' files looked for",
    "tui/settings/saved.py": "only saving writes TOML",
    "tui/settings/zones.py": "most settings name no time zone",
    "tui/store/acknowledged.py": "only acknowledging needs signatures",
    "tui/store/deck.py": "the list paints before actions, details and logs are loaded",
    "tui/store/notify/send.py": "only a webhook needs HTTP",
    "tui/ui/app.py": "the list paints before the console and the other screens are loaded",
    "tui/ui/console/settings.py": "only saving needs it",
    "tui/ui/screens/tasks.py": "menus are loaded when they are opened",
    "tui/ui/widgets/task_preview.py": "the list paints before the preview is loaded",
}
"""Files that import inside functions, and why: start-up time. Nothing else does."""
_MOST_IGNORED = 10


def _inner_imports(path: Path) -> bool:
    functions = [n for n in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(n, _FUNCTIONS)]
    return any(isinstance(inner, ast.Import | ast.ImportFrom) for one in functions for inner in ast.walk(one))


_FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef


def test_only_the_named_doors_import_inside_functions() -> None:
    """An import inside a function hides what a file needs, so each file that has one says why."""
    assert {str(path) for path in Path("tui").rglob("*.py") if _inner_imports(path)} == set(_DOORS)


def test_few_types_are_ignored_and_each_says_why() -> None:
    """`# type: ignore[code]  # the reason`."""
    texts = {path: path.read_text("utf-8").splitlines() for path in Path("tui").rglob("*.py")}
    ignored = [f"{path}: {line.strip()}" for path, lines in texts.items() for line in lines if "type: ignore" in line]
    assert len(ignored) <= _MOST_IGNORED
    assert [line for line in ignored if not re.search(r"# type: ignore\[[\w, -]+\]  # \w", line)] == []

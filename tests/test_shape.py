"""The shape of the code."""

import re
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

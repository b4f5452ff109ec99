"""A table of any number of rows."""

from collections.abc import Iterator
from typing import Any

from textual.app import ComposeResult
from textual.geometry import Region

from tests.support.screens import Themed, words
from tui.ui.present.cells import Cell, Column, fit
from tui.ui.widgets.virtual_table import VirtualTable

COLUMNS = (Column("a", "A", 6, frozen=True), Column("b", "B", 6, priority=2), Column("n", "N", 8, grows=True))


class Shelf(Themed):
    """One table whose cells are looked up in a dictionary."""

    def __init__(self, rows: int) -> None:
        super().__init__()
        self.cells = {f"k{n}": [Cell(f"a{n}"), Cell(f"b{n}"), Cell(f"n{n}")] for n in range(rows)}
        self.chosen: list[str] = []
        self.asked: list[tuple[Region, ...]] = []

    def compose(self) -> ComposeResult:
        yield VirtualTable(COLUMNS, lambda key: self.cells[key], id="table")

    def on_virtual_table_chosen(self, message: VirtualTable.Chosen) -> None:
        self.chosen.append(message.key)

    def on_mount(self) -> None:
        self.table.show(list(self.cells))
        self.table.focus()

    @property
    def table(self) -> Any:
        return self.query_one("#table", VirtualTable)

    def regions(self) -> Iterator[Region]:
        return (region for call in self.asked for region in call)


async def test_two_changes_before_a_paint_both_reach_the_screen() -> None:
    """The first of them may change nothing that is shown."""
    app = Shelf(5)
    async with app.run_test(size=(40, 10)) as pilot:
        await pilot.pause()
        app.table.redraw(["k2"])
        app.cells["k2"] = [Cell("new"), *app.cells["k2"][1:]]
        app.table.redraw(["k2"])
        app.cells["k2"] = [app.cells["k2"][0], Cell("too"), app.cells["k2"][2]]
        app.table.redraw(["k2"])
        await pilot.pause()
        assert "new    too" in words(app)


async def test_a_change_reaches_the_screen_after_the_styles_were_looked_up_anew() -> None:
    app = Shelf(5)
    async with app.run_test(size=(40, 10)) as pilot:
        await pilot.pause()
        app.table.notify_style_update()
        app.cells["k2"] = [Cell("new"), *app.cells["k2"][1:]]
        app.table.redraw(["k2"])
        await pilot.pause()
        assert "new    b2" in words(app)


async def test_only_the_cells_that_differ_are_drawn() -> None:
    app = Shelf(50)
    async with app.run_test(size=(40, 10)) as pilot:
        await pilot.pause()
        refresh = app.table.refresh
        app.table.refresh = lambda *regions, **more: (app.asked.append(regions), refresh(*regions, **more))[1]
        app.cells["k1"] = [app.cells["k1"][0], Cell("new"), app.cells["k1"][2]]
        app.cells["k40"] = [Cell("off screen")] * 3
        app.table.redraw(["k1", "k40"])
        assert list(app.regions()) == [Region(8, 2, 6, 1)]


def test_columns_go_by_priority_and_the_growing_one_takes_the_rest() -> None:
    assert fit(COLUMNS, 40) == [(0, 6), (1, 6), (2, 25)]
    assert fit(COLUMNS, 18) == [(0, 6), (2, 10)]


async def test_r37_when_the_row_is_gone_nothing_is_under_the_cursor_until_the_user_moves_or_opens() -> None:
    """To look is harmless: Enter opens the row the cursor is drawn on."""
    app = Shelf(5)
    async with app.run_test(size=(40, 10)) as pilot:
        app.table.go(2)
        app.table.show(["k0", "k1", "k3", "k4"])
        assert app.table.target is None
        await pilot.press("enter")
        assert app.chosen == ["k3"]
        assert app.table.target == "k3"
        app.table.show(["k0"])
        assert app.table.target is None
        app.table.settle()
        assert app.table.target == "k0"


async def test_only_the_cursor_of_the_pane_that_has_the_keys_stands_out() -> None:
    app = Shelf(3)
    async with app.run_test(size=(40, 10)) as pilot:
        await pilot.pause()
        chip = app.table.render_line(1)._segments[0]
        assert (chip.text, chip.style.reverse) == ("▌a0    ", True)
        app.set_focus(None)
        await pilot.pause()
        away = app.table.render_line(1)._segments[0]
        assert (away.text, away.style.reverse) == ("▌", None)


async def test_look_2_a_cursor_nobody_put_there_is_no_chip() -> None:
    """R37: what only slid under the cursor does not look chosen."""
    app = Shelf(5)
    async with app.run_test(size=(40, 10)) as pilot:
        app.table.go(2)
        app.table.show(["k0", "k1", "k3", "k4"])
        await pilot.pause()
        assert not any(segment.style and segment.style.reverse for segment in app.table.render_line(3))


async def test_look_2_the_chip_has_the_colour_of_its_status() -> None:
    app = Shelf(2)
    app.cells["k0"] = [Cell("FAILED", "bad", parts=(("✗ FAIL", "bad"),)), Cell("b"), Cell("n")]
    async with app.run_test(size=(40, 10)) as pilot:
        await pilot.pause()
        chip = app.table.render_line(1)._segments[0]
        assert chip.text == "▌✗ FAIL"
        assert chip.style.color == app.table.get_component_rich_style("table--bad").color


async def test_look_2_a_fresh_cell_keeps_its_role_and_tints_its_word_alone() -> None:
    """What it says stays told by its colour too, and no bar as wide as the column is drawn."""
    app = Shelf(2)
    app.cells["k1"] = [Cell("FAIL", "bad", fresh=True), Cell("", fresh=True), Cell("n0")]
    async with app.run_test(size=(40, 10)) as pilot:
        await pilot.pause()
        segments = app.table.render_line(2)
        ground = app.table.rich_style.bgcolor
        tinted = [segment for segment in segments if segment.style is not None and segment.style.bgcolor != ground]
        assert [segment.text for segment in tinted if segment.text] == ["FAIL"]
        assert tinted[0].style.color == app.table.get_component_rich_style("table--bad").color
        assert segments.text[1:].startswith("FAIL          n0")

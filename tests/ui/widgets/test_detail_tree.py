"""The tree by keys."""

from dataclasses import replace

from textual.app import ComposeResult

from tests.support.memory_deck import HOSTILE, NOW, make_detail, make_task
from tests.support.screens import Themed
from tui.ui.present.tree import detail_nodes
from tui.ui.widgets.detail_tree import DetailTree


class TreeApp(Themed):
    chosen: str | None = None

    def compose(self) -> ComposeResult:
        yield DetailTree()

    def on_mount(self) -> None:
        self.tree.roots = detail_nodes(make_detail(), NOW)
        self.tree.focus()

    def on_detail_tree_chosen(self, message: DetailTree.Chosen) -> None:
        self.chosen = message.node.label

    @property
    def tree(self) -> DetailTree:
        return self.query_one(DetailTree)


def rows(tree: DetailTree) -> list[str]:
    return [tree.render_line(y).text.rstrip() for y in range(tree.size.height)]


async def test_left_folds_a_group_and_right_unfolds_it() -> None:
    app = TreeApp()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("left")
        assert rows(app.tree)[1].startswith(" v errors (1)")
        await pilot.press("right", "right")
        assert app.tree.node is not None
        assert app.tree.node.label == "why"


async def test_a_refresh_keeps_cursor_and_folds() -> None:
    app = TreeApp()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("left", "j", "j", "j", "j")
        held = app.tree.node
        assert held is not None
        changed = make_detail(replace(make_task(), reason="another", tags=("new",)), warnings=make_task().errors)
        app.tree.roots = detail_nodes(changed, NOW)
        await pilot.pause()
        assert app.tree.node is not None
        assert app.tree.node.key == held.key
        assert rows(app.tree)[0].startswith(" > status")


async def test_enter_on_a_job_opens_it_and_its_facts_belong_to_it() -> None:
    app = TreeApp()
    async with app.run_test(size=(80, 40)) as pilot:
        assert app.tree.next_failure(-1)
        await pilot.press("j", "j")
        assert app.tree.job is not None
        app.tree.put_cursor(("jobs", str(app.tree.job.target)))
        await pilot.press("enter")
        assert app.chosen == "merge.chr7"


async def test_r13_hostile_names_cost_nothing_but_their_looks() -> None:
    app = TreeApp()
    async with app.run_test(size=(60, 15)) as pilot:
        app.tree.roots = detail_nodes(make_detail(inputs={"[/x]": "[/foo]", "[@click=app.quit]a[/]": ["[b"]}), NOW)
        await pilot.press("G", "k", "k", "right", "g")
        assert all(len(row) <= 60 for row in rows(app.tree))
        assert HOSTILE

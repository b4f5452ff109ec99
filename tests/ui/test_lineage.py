"""A batch and the batches made of its failures, as the journal has them."""

import asyncio
from pathlib import Path

from tests.support.memory_deck import NOW
from tui.domain.action import Outcome, Verb
from tui.domain.task import TaskRef
from tui.store.actions.journal import Journal
from tui.store.lineage import Lineage

OLD, NEW = TaskRef("cgc", "old"), TaskRef("cgc", "new")


async def test_a_look_that_was_broken_off_is_made_again(tmp_path: Path) -> None:
    """A screen looks every second and gives up the look before: what that was about to find is not lost."""
    journal = Journal(tmp_path / "journal")
    journal.begin("one", NOW, Verb.RERUN_FAILED, OLD)
    journal.end("one", NOW, Outcome.DONE, NEW, None)
    lineage = Lineage(OLD, journal)
    look = asyncio.ensure_future(lineage.renew())
    await asyncio.sleep(0)
    look.cancel()
    await asyncio.gather(look, return_exceptions=True)
    assert await lineage.renew()
    assert lineage.batches == (OLD, NEW)
    assert not await lineage.renew(), "nothing was written since"

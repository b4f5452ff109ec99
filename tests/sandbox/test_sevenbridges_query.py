"""What filters of the Seven Bridges simulator pick, page by page."""

from tests.support.sandbox import still
from tests.support.sandbox_client import asking, newest


async def test_the_pages_of_a_filtered_list_are_of_one_picture_until_somebody_changes_something() -> None:
    """The tasks are looked at once for a list, not once for each of its pages; an action is seen at once."""
    world = still(tasks=400)
    async with asking(world) as client:
        drafts = await newest(client, status="DRAFT", limit=100)
        half = len(drafts) // 2
        assert half > 1
        rest = await newest(client, status="DRAFT", limit=100, offset=half)
        assert [task["id"] for task in rest] == [task["id"] for task in drafts[half:]]
        assert not await newest(client, status="ABORTED", limit=100, offset=400)

        gone = await client.delete(f"/tasks/{drafts[0]['id']}")
        assert gone.status_code == 204
        moved = await newest(client, status="DRAFT", limit=100, offset=half)
        assert [task["id"] for task in moved] == [task["id"] for task in drafts[half + 1 :]]

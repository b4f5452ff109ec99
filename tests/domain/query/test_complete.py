"""What may be typed next."""

from dataclasses import replace

import pytest

from tests.domain.samples import NOW, make
from tests.support.waiting import calls, ends
from tui.domain.query import Completion, Context, complete, computed, matcher, parse
from tui.domain.status import TaskStatus as S

TASKS = [
    make("1", project="u/luad", metadata={"library": "RNA", "two words": "x"}, native_status="Odd"),
    make("2", project="u/luad", status=S.FAILED, metadata={"library": "DNA"}),
    make("3", project="a b", tags=("team:blue",)),
    make("4", project='say "none"', reason="none"),
]
CONTEXT = Context(now=NOW, views={"nightly": parse("open")})


def offered(text: str, cursor: int | None = None) -> list[str]:
    return [c.text for c in complete(text, len(text) if cursor is None else cursor, TASKS, CONTEXT)]


@pytest.mark.parametrize("text", ["x" * 100_000 + "(", "x" * 100_000, "x " * 50_000])
def test_what_was_pasted_is_no_work(text: str) -> None:
    """The word at the cursor is found from there, not by a search at each character, which took minutes."""
    with ends():
        assert calls(lambda: offered(text)) < 1_000
    assert offered(text) == []


def test_names() -> None:
    """Fields, flags and views that begin so; nothing before the first letter."""
    assert offered("sta") == ["status:", "started:", "stale:", "stale"]
    assert offered("open !sta")[0] == "!status:"
    assert offered("nigh") == ["nightly"]
    assert offered("me") == ["meta."]
    assert offered("") == offered("open ") == offered("zzz:") == []


def test_values() -> None:
    """Those that were seen, most frequent first, quoted where they have to be; every status."""
    assert complete("project:", 8, TASKS, CONTEXT)[0] == Completion(0, "project:u/luad", "2 tasks")
    assert offered("project:a") == ['project:"a b"']
    assert offered("status:f") == ["status:failed", "status:finishing"]
    assert offered("status:failed,d") == ["status:failed,done", "status:draft"[:7] + "failed,draft"]
    assert offered("(pf:sev") == ["pf:sevenbridges"]
    assert offered("reason:") == ['reason:"none"']
    assert offered("ended:to") == ["ended:today"]


def test_maps() -> None:
    """The keys behind the dot, then their values."""
    assert offered("meta.") == ["meta.library:"]
    assert offered("meta.library:r") == ["meta.library:RNA"]
    assert offered("tag.t") == ["tag.team:"]


def test_in_the_middle() -> None:
    """What stands before the cursor counts, and the start says what is replaced."""
    assert complete("open stat bad", 9, TASKS, CONTEXT)[0] == Completion(5, "status:", "the unified status")


def test_what_is_offered_finds_its_task() -> None:
    """Each value, typed as offered, finds a task that has it."""
    for field in ("project", "name", "native", "reason", "meta.library", "tag.team"):
        for text in offered(f"{field}:"):
            finds = matcher(parse(text), CONTEXT)
            assert any(map(finds, TASKS)), text


def test_a_project_is_offered_by_its_name() -> None:
    """What the list shows is what is offered, and it finds the task."""
    context = replace(CONTEXT, projects={"u/luad": "Lung"})
    (one, *_) = complete("project:L", 9, TASKS, context)
    assert one.text == "project:Lung"
    assert any(map(matcher(parse(one.text), context), TASKS))


def test_a_computed_column_is_offered() -> None:
    """Its name with an operator, and what it computes."""
    context = replace(CONTEXT, extra={"wait": computed("wait", "started - created")})
    assert complete("open wa", 7, TASKS, context)[0] == Completion(5, "wait>", "computed: started - created")
    assert complete("wait>", 5, TASKS, context) == ()

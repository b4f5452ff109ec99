"""Failures compared with each other: which words are the reason's, and which the members' own."""

from tests.domain.samples import make
from tui.domain.piles import pile_up
from tui.domain.signature.classes import SILENT
from tui.domain.status import TaskStatus
from tui.domain.task import Task

SAID = "Task failed: job align exited with code 1"


def failed(name: str, **fields: object) -> Task:
    task: Task = make(name, status=TaskStatus.FAILED, native_status="FAILED", name=name, reason=SAID, **fields)
    return task


def sizes(lines: dict[Task, str]) -> dict[str, int]:
    """The number of members by key."""
    piles = pile_up(list(lines), {task.ref: line for task, line in lines.items()})
    return {key: len(pile.tasks) for key, pile in piles.items()}


def test_w07_a_column_is_the_reasons_and_a_sample_is_not() -> None:
    """Several members miss the same column; each misses its own sample."""
    lines = {failed(f"c{n}"): f"KeyError: '{'lane' if n < 4 else 'barcode'}'" for n in range(8)}
    lines |= {failed(f"s{n}"): f"KeyError: 'sample-{n}'" for n in range(5)}
    assert sizes(lines) == {"KeyError: 'lane'": 4, "KeyError: 'barcode'": 4, "KeyError: '<x>'": 5}


def test_w07_a_name_that_the_members_bear_is_their_own_however_often_it_comes() -> None:
    """Three lanes of each sample fail for one reason."""
    lines = {failed(f"align NA{n} lane {lane}"): f"KeyError: 'NA{n}'" for n in range(3) for lane in range(3)}
    assert sizes(lines) == {"KeyError: '<x>'": 9}


def test_w07_ids_in_capitals_are_told_from_words_by_comparing() -> None:
    """Lines that differ in nothing else; two codes of one place are two reasons."""
    ids = ("AXQZKTRW", "KZLQPTVB", "HGSCBXRN", "SRR1039508")
    lines = {failed(f"g{n}"): f"no annotation for {id_} in GRCh38" for n, id_ in enumerate(ids)}
    assert list(sizes(lines).values()) == [4]
    codes = {failed(f"e{n}"): f"turbo stopped with {code}" for n, code in enumerate(("EXHAUSTED", "OVERFLOWN"))}
    assert list(sizes(codes).values()) == [1, 1]


def test_w09_a_silent_log_leaves_the_platforms_words() -> None:
    """Nothing is made up of a log that tells of no failure."""
    assert sizes({failed("a"): SILENT, failed("b"): SILENT}) == {SAID: 2}

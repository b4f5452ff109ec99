"""A stretch of a log in a bounded file."""

from pathlib import Path

import pytest

from tui.domain.log import LogPart
from tui.ui.log.spool import Spool
from tui.ui.log.text import LogText


@pytest.mark.parametrize("on_disk", [True, False])
def test_bytes_are_read_back_across_the_end_of_the_ring(on_disk: bool, tmp_path: Path) -> None:
    with Spool(tmp_path if on_disk else None, 10) as spool:
        spool.write(b"abcdefgh", 6)
        assert spool.read(6, 14) == b"abcdefgh"
        assert spool.read(9, 12) == b"def"


def test_the_file_has_no_name_and_the_oldest_lines_go_first(tmp_path: Path) -> None:
    """Nothing is left in the directory, and never more than the size is held."""
    text = LogText(Spool(tmp_path, 20))
    for n in range(9):
        text.add(LogPart(b"line %d\n" % n, 7 * n, None))
    assert list(tmp_path.iterdir()) == []
    assert text.text(0, 9) == "line 7\nline 8"
    text.close()


def test_a_place_that_cannot_be_written_is_memory_instead(tmp_path: Path) -> None:
    taken = tmp_path / "file"
    taken.write_text("")
    spool = Spool(taken / "logs", 10)
    spool.write(b"abc", 0)
    assert spool.read(0, 3) == b"abc"

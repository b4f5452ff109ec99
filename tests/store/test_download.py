"""Files written below a folder: resumed, held against their size, never elsewhere (issue 16, point 3)."""

import asyncio
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tui.domain.log import LogPart
from tui.store.download import Fetched, part_of, safe_name, save

DATA = bytes(range(256)) * 40
KILLED = """
import asyncio, os, signal, sys
from pathlib import Path
from tui.domain.log import LogPart
from tui.store.download import save

async def read(start, limit):
    if start:
        os.kill(os.getpid(), signal.SIGKILL)
    return LogPart(bytes(range(256)) * 4, 0, 10240)

asyncio.run(save(Path(sys.argv[1]), "key", 10240, read))
"""


class Remote:
    """A file that is given in parts; what was asked for is noted."""

    def __init__(self, data: bytes = DATA, most: int = 1000) -> None:
        self.data, self.most = data, most
        self.starts: list[int] = []

    async def __call__(self, start: int, limit: int) -> LogPart:
        self.starts.append(start)
        return LogPart(self.data[start : start + min(limit, self.most)], start, len(self.data))


def test_v03_a_download_that_was_killed_goes_on_where_it_was(tmp_path: Path) -> None:
    """After kill -9 the place holds no half file, and the next run asks for what is missing only."""
    path = tmp_path / "a.bam"
    ended = subprocess.run([sys.executable, "-c", KILLED, str(path)], check=False, timeout=300)
    assert ended.returncode == -signal.SIGKILL
    assert not path.exists()
    remote = Remote()
    saved = asyncio.run(save(path, "key", len(DATA), remote))
    assert (saved.outcome, remote.starts[0], path.read_bytes() == DATA) == (Fetched.RESUMED, 1024, True)
    assert list(tmp_path.iterdir()) == [path]


async def test_v03_another_file_of_the_same_name_does_not_go_on_there(tmp_path: Path) -> None:
    part_of(tmp_path / "a", "one").write_bytes(b"old")
    await save(tmp_path / "a", "two", len(DATA), Remote())
    assert (tmp_path / "a").read_bytes() == DATA


async def test_v03_what_is_there_stays_unless_asked(tmp_path: Path) -> None:
    """The same size is taken as the same file and read no more; another one is kept, or replaced when asked."""
    path, remote = tmp_path / "a", Remote()
    await save(path, "key", len(DATA), remote)
    asked = len(remote.starts)
    assert (await save(path, "key", len(DATA), remote)).outcome is Fetched.ALREADY
    assert len(remote.starts) == asked
    path.write_bytes(b"mine")
    kept = await save(path, "key", len(DATA), remote)
    assert (kept.outcome, path.read_bytes(), len(remote.starts)) == (Fetched.KEPT, b"mine", asked)
    assert "--overwrite" in (kept.message or "")
    assert (await save(path, "key", len(DATA), remote, replace=True)).outcome is Fetched.SAVED
    assert path.read_bytes() == DATA


async def test_v03_a_file_that_comes_short_is_not_taken_for_whole(tmp_path: Path) -> None:
    saved = await save(tmp_path / "a", "key", len(DATA) + 1, Remote())
    assert (saved.outcome, (tmp_path / "a").exists()) == (Fetched.FAILED, False)


async def test_v03_a_link_in_the_place_leads_nowhere(tmp_path: Path) -> None:
    """A symbolic link is something that is there: nothing is written through it or through one of the part."""
    outside = tmp_path / "outside"
    (tmp_path / "a").symlink_to(outside)
    assert (await save(tmp_path / "a", "key", len(DATA), Remote())).outcome is Fetched.KEPT
    part_of(tmp_path / "b", "key").symlink_to(outside)
    with pytest.raises(OSError, match=r"\.part"):
        await save(tmp_path / "b", "key", len(DATA), Remote())
    assert not outside.exists()


@pytest.mark.parametrize(
    "name",
    ["../../etc/passwd", "/etc/passwd", "..", ".", "", ".bashrc", "-rf", "a\x00b", "a\nb", "\x1b[31mred", "x" * 5000,
     "\u202egpj.exe", "C:\\x", "~root", "a/../../b", "é" * 500],
)  # fmt: skip
def test_v03_a_hostile_name_stays_in_its_folder(tmp_path: Path, name: str) -> None:
    """Whatever it is called, it is one plain name that can be made, not hidden and no option."""
    safe = safe_name(name)
    place = tmp_path / safe
    place.write_bytes(b"")
    assert place.resolve().parent == tmp_path.resolve()
    assert [child.name for child in tmp_path.iterdir()] == [safe]
    assert not safe.startswith((".", "-", "~"))
    assert len(part_of(place, "k").name.encode()) <= 255
    assert safe.isprintable()


def test_v03_an_ordinary_name_stays_as_it_is() -> None:
    assert safe_name("TCGA-1220 tumor (2).bam") == "TCGA-1220 tumor (2).bam"

"""`outputs`: what a task produced, listed and written to files (issue 16, point 3)."""

from pathlib import Path

import pytest

from tests.support.commands import Answer, World


@pytest.fixture
def done_task(world: World) -> str:
    return world.ref("status:done", "!batch:any", "@cgc")


def test_v03_output_files_are_listed_with_their_sizes(world: World, done_task: str) -> None:
    """One line a file, its size in bytes first; the same as JSON."""
    listed = world("outputs", done_task)
    rows = world("outputs", done_task, "-o", "json").json
    assert listed.code == 0
    assert listed.cells == [[str(row["size"]), row["port"], row["name"]] for row in rows]
    assert rows
    assert all(row["size"] > 0 for row in rows)


def test_v03_output_files_are_written_whole_and_once(world: World, done_task: str) -> None:
    """Each lies in the folder of its output with the size listed; a second run fetches nothing."""
    target = world.home / "results"
    rows = world("outputs", done_task, "-o", "json").json
    saved = world("outputs", done_task, "--to", str(target))
    assert (saved.code, {line[0] for line in saved.cells}) == (0, {"saved"})
    assert [(target / row["port"] / row["name"]).stat().st_size for row in rows] == [row["size"] for row in rows]
    world.calls.clear()
    assert {line[0] for line in world("outputs", done_task, "--to", str(target)).cells} == {"already"}
    assert not [path for _, path in world.calls if "_storage" in path]
    mine = target / rows[0]["port"] / rows[0]["name"]
    mine.write_bytes(b"mine")
    kept = world("outputs", done_task, "--to", str(target))
    assert (kept.code, mine.read_bytes()) == (8, b"mine")
    assert world("outputs", done_task, "--to", str(target), "--overwrite").code == 0
    assert mine.stat().st_size == rows[0]["size"]


def test_v03_some_outputs_by_name(world: World, done_task: str) -> None:
    one = world("outputs", done_task, "-o", "json").json[0]
    assert [row["name"] for row in world("outputs", done_task, one["port"], "-o", "json").json] == [one["name"]]
    wrong = world("outputs", done_task, "no-such")
    assert (wrong.code, one["name"] in wrong.err) == (2, True)


def test_v03_a_hostile_file_name_stays_in_its_folder(world: World, done_task: str) -> None:
    """A name that would climb out becomes a plain name below the folder."""
    (_, id_) = done_task.split(":")
    named = b'{"id": "f1", "name": "../../../evil", "size": 9}'
    task = (
        b'{"id": "' + id_.encode() + b'", "name": "t", "status": "COMPLETED", "project": "a/b", "outputs": {"../x": '
        b'{"class": "File", "path": "f1", "name": "e"}}}'
    )
    json = ((b"content-type", b"application/json"),)
    world.answers = [
        Answer("GET", "/files/f1/download_info", 200, b'{"url": "http://127.0.0.1:8765/x/_storage/y"}', json),
        Answer("GET", "/files/f1", 200, named, json),
        Answer("GET", f"/tasks/{id_}", 200, task, json),
        Answer("GET", "/_storage/", 200, b"123456789", ()),
    ]
    target = world.home / "in" / "results"
    saved = world("outputs", done_task, "--to", str(target))
    assert saved.code == 0, saved.err
    (path,) = [path for path in (world.home / "in").rglob("*") if path.is_file()]
    assert (path.parent.parent, path.read_bytes()) == (target, b"123456789")


def test_v03_more_than_there_is_room_for_is_not_begun(
    world: World, done_task: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sizes are held against the free space before anything is fetched."""
    monkeypatch.setattr("shutil.disk_usage", lambda path: type("Usage", (), {"free": 3})())
    done = world("outputs", done_task, "--to", str(world.home / "results"))
    assert (done.code, done.out) == (2, "")
    assert "room for 3 B" in done.err


def test_v03_a_task_without_outputs_says_why(world: World) -> None:
    batch = world.ref("batch:any", "@cgc")
    assert "children" in world("outputs", batch).err
    missing = world("outputs", "cgc:00000000-0000-4000-8000-000000000000")
    assert missing.code == 5


def test_v03_et_engine_lists_the_filesystems_of_a_batch(home: Path) -> None:
    """All files on the batch's filesystems, which is said; they are written with their sizes."""
    world = World(home, platform="et-engine")
    refs = [row["ref"] for row in world.rows("status:failed")]
    ref = next(ref for ref in refs if world("outputs", ref, "-o", "json").json)
    listed = world("outputs", ref, "-o", "json")
    assert "does not say which job" in listed.err
    saved = world("outputs", ref, "--to", str(home / "et"))
    assert (saved.code, len(saved.lines)) == (0, len(listed.json))
    sizes = {path.stat().st_size for path in (home / "et").rglob("*") if path.is_file()}
    known = {row["size"] for row in listed.json if row["size"] is not None}
    assert known
    assert known <= sizes


def test_v03_what_cannot_be_read_yet_is_refused(home: Path) -> None:
    world = World(home, platform="qarnot")
    done = world("outputs", world.ref("status:done"), "--to", str(home / "q"))
    assert (done.code, done.out, (home / "q").exists()) == (8, "", False)

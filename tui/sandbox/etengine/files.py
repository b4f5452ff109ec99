"""The filesystems of the pretended ET Engine: what users upload, and the logs that jobs write (section 6)."""

import re
from dataclasses import dataclass, field

from tui.sandbox.etengine.refused import Refused
from tui.sandbox.etengine.world import World

__all__ = ["Files"]

_PUT = re.compile(r"\[(?P<id>[^\]]+)\]:(?P<start>\d+)-(?P<end>\d+)")
_GET = re.compile(r"(\d+)-(\d+)")
_LARGEST = 64 * 1024 * 1024
_LOGS_ON = "results"


@dataclass(slots=True)
class _Upload:
    path: str
    data: bytearray


@dataclass(slots=True)
class Disk:
    """One filesystem."""

    files: dict[str, bytes] = field(default_factory=dict)
    directories: set[str] = field(default_factory=set)


class Files:
    """All filesystems; numbers in Content-Range are `start-end` with the end exclusive."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._disks: dict[str, Disk] = {}
        self._uploads: dict[str, _Upload] = {}

    def _disk(self, id_: str) -> Disk:
        return self._disks.setdefault(id_, Disk())

    def _read(self, id_: str, path: str) -> bytes | None:
        found = self._disk(id_).files.get(path)
        if found is None and self._world.filesystems[id_].name == _LOGS_ON:
            found = self._world.log(path)
        return found

    def _paths(self, id_: str) -> set[str]:
        logs = self._world.logs() if self._world.filesystems[id_].name == _LOGS_ON else ()
        return {*self._disk(id_).files, *logs}

    def _directories(self, id_: str) -> set[str]:
        made = set(self._disk(id_).directories)
        for path in self._paths(id_):
            parts = path.split("/")[:-1]
            made.update("/".join(parts[: depth + 1]) for depth in range(len(parts)))
        return made

    def listing(self, id_: str, path: str) -> dict[str, list[str]]:
        """One level, names only."""
        inside = f"{path}/" if path else ""
        below = [p for p in self._paths(id_) if p.startswith(inside)]
        files = {p[len(inside) :] for p in below if "/" not in p[len(inside) :]}
        deeper = {d[len(inside) :] for d in self._directories(id_) if d.startswith(inside) and d != path}
        return {"directories": sorted(d for d in deeper if "/" not in d), "files": sorted(files)}

    def mkdir(self, id_: str, path: str) -> None:
        """The parent must be there."""
        parent = path.rpartition("/")[0]
        if path in self._directories(id_):
            raise Refused(409, "Directory already exists")
        if parent and parent not in self._directories(id_):
            raise Refused(400, "Parent directory does not exist")
        self._disk(id_).directories.add(path)

    def begin_upload(self, id_: str, path: str, size: int) -> dict[str, str]:
        """Both names of the id: the old and the new client read one each."""
        if not 0 <= size <= _LARGEST:
            raise Refused(400, "Invalid size")
        upload = self._world.new_id().replace("-", "")[:20]
        self._uploads[upload] = _Upload(path, bytearray(size))
        return {"upload_id": upload, "uploadId": upload}

    def part(self, header: str | None, data: bytes) -> None:
        """Parts come in any order."""
        found = _PUT.fullmatch(header or "")
        upload = self._uploads.get(found["id"]) if found else None
        if found is None or upload is None:
            raise Refused(400, "Invalid Content-Range header")
        start, end = int(found["start"]), int(found["end"])
        if len(data) != end - start:
            raise Refused(402, "Chunk length does not match the range")
        upload.data[start:end] = data

    def end_upload(self, id_: str, upload: str) -> None:
        """The file is there from now on."""
        found = self._uploads.pop(upload, None)
        if found is None:
            raise Refused(400, "Unknown upload")
        self._disk(id_).files[found.path] = bytes(found.data)

    def begin_download(self, id_: str, path: str) -> dict[str, object]:
        """Size and an id that nobody asks for again."""
        data = self._read(id_, path)
        if data is None:
            raise Refused(404, "File not found")
        return {"size": len(data), "download_id": self._world.new_id().replace("-", "")[:20]}

    def read(self, id_: str, path: str, header: str | None) -> bytes:
        """The bytes that exist of a range, which may pass the end."""
        data = self._read(id_, path)
        if data is None:
            raise Refused(404, "File not found")
        found = _GET.fullmatch(header or "")
        if found is None:
            raise Refused(400, "Missing or invalid Content-Range header")
        return data[int(found[1]) : int(found[2])]

    def delete(self, id_: str, path: str) -> None:
        """A file, or a directory with all it holds."""
        disk = self._disk(id_)
        if path in disk.files:
            del disk.files[path]
        elif path in disk.directories or any(p.startswith(f"{path}/") for p in disk.files):
            disk.files = {p: d for p, d in disk.files.items() if not p.startswith(f"{path}/")}
            disk.directories = {d for d in disk.directories if d != path and not d.startswith(f"{path}/")}
        else:
            raise Refused(400, "Not a file or directory")

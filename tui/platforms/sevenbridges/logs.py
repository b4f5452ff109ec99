"""Reading the logs of Seven Bridges: from signed addresses on a storage host, or below the API itself."""

import re
from urllib.parse import quote

from pydantic import ValidationError

from tui.domain.errors import Forbidden, NotFound, Rejected, UnexpectedAnswer
from tui.domain.log import LogPart, LogSource
from tui.platforms.http import Answer, ApiClient
from tui.platforms.sevenbridges.wire import DOWNLOAD

__all__ = ["LogReader"]

_RANGE = re.compile(r"bytes (\d{1,18})-\d{1,18}/(\d{1,18}|\*)")
_SIZE = re.compile(r"bytes \*/(\d{1,18})")
"""What a 416 says."""
_NOTHING_THERE = 416


class LogReader:
    """Reads parts of logs. The key of a log is the id of a file, or a path below our own base."""

    def __init__(self, client: ApiClient) -> None:
        self._client = client
        self._addresses: dict[str, str] = {}
        """Signed addresses by key; they expire."""

    async def read(self, source: LogSource, start: int, limit: int) -> LogPart:
        """`limit` bytes from `start`; a negative start counts from the end."""
        doing = f"reading {source.name}"
        if source.key.startswith("/") and source.key not in self._addresses:
            answer = await self._own(source.key, start, limit, doing)
            if (address := _address_in(answer)) is None:
                return self._checked(_part(answer, start, limit), start, doing)
            self._addresses[source.key] = address
        return await self._signed(source.key, start, limit, doing)

    async def _signed(self, key: str, start: int, limit: int, doing: str) -> LogPart:
        """From the signed address, which is asked for anew once: one that was held when it is refused in any way, one
        that was just given when it is refused with 403."""
        held = key in self._addresses
        for again in (False, True):
            if again or not held:
                self._addresses[key] = await self._address(key, doing)
            try:
                answer = await self._client.fetch(self._addresses[key], start, limit, doing=doing)
            except (Forbidden, NotFound, Rejected) as error:
                if again or not (held or isinstance(error, Forbidden)):
                    raise
                continue
            return self._checked(_part(answer, start, limit), start, doing)
        raise AssertionError("unreachable: the last round returns or raises")

    async def _own(self, path: str, start: int, limit: int, doing: str) -> Answer:
        """A log that the API serves itself, with the token."""
        span = f"bytes={start}" if start < 0 else f"bytes={start}-{start + limit - 1}"
        headers = {"Accept": "text/plain, */*", "Range": span}
        try:
            return await self._client.get(path, doing=doing, headers=headers)
        except Rejected as error:
            if error.status != _NOTHING_THERE:
                raise
            return Answer(206, {}, b"")

    async def _address(self, key: str, doing: str) -> str:
        path = key if key.startswith("/") else f"/files/{quote(key, safe='')}/download_info"
        answer = await self._client.get(path, doing=doing, into=DOWNLOAD)
        return str(answer.value.url)

    def _checked(self, part: LogPart, start: int, doing: str) -> LogPart:
        if start >= 0 and part.data and part.start != start:  # asked again, it would be the same for ever
            why = "another part of the log came than was asked for"
            raise UnexpectedAnswer(self._client.account, doing, why)
        return part


def _address_in(answer: Answer) -> str | None:
    """The signed address that an answer names in place of a log."""
    if not answer.body.lstrip().startswith(b"{") or len(answer.body) > 10_000:
        return None
    try:
        return str(DOWNLOAD.validate_json(answer.body).url)
    except ValidationError:
        return None


def _part(answer: Answer, start: int, limit: int) -> LogPart:
    """The bytes asked for, also from a server that ignores ranges and sends the whole."""
    if answer.status == 206:
        told = answer.headers.get("content-range", "")
        if found := _RANGE.fullmatch(told):
            total = None if found.group(2) == "*" else int(found.group(2))
            return LogPart(answer.body, int(found.group(1)), total)
        first = max(start, 0)
        if answer.body:
            return LogPart(answer.body, first, None)
        whole = _SIZE.fullmatch(told)  # nothing is there: the log ends here, or before, where it was written anew
        return LogPart(b"", first, int(whole.group(1)) if whole else first)
    size = len(answer.body)
    first = max(0, size + start) if start < 0 else min(start, size)
    return LogPart(answer.body[first : first + limit], first, size)

"""Reading an answer's body with caps that hold before and after inflation (R18).

httpx inflates without any limit, also when it asked for `identity`, and delivers a truncated gzip body as complete; so
the raw bytes are read and inflated here.
"""

import zlib
from collections.abc import AsyncIterator

__all__ = ["CAP", "BodyError", "read_body"]

CAP = 16 * 1024 * 1024
"""Bytes of a body, before and after inflation."""

_WINDOW_BITS = {"gzip": 31, "x-gzip": 31, "deflate": 15}


class BodyError(Exception):
    """The body is too large, cut short, or encoded in a way nobody asked for."""

    def __init__(self, why: str, *, cut: bool = False) -> None:
        super().__init__(why)
        self.cut = cut
        """It ended too early, which may go better the next time."""


async def read_body(chunks: AsyncIterator[bytes], encoding: str, length: str | None, cap: int = CAP) -> bytes:
    """The whole body, inflated.

    Args:
        chunks: The raw bytes as they arrive.
        encoding: The Content-Encoding header, empty if there was none.
        length: The Content-Length header, if there was one.
        cap: Bytes at most, before and after inflation.

    Raises:
        BodyError: In words for a person.
    """
    encoding = encoding.strip().lower()
    inflater = None
    if encoding not in {"", "identity"}:
        bits = _WINDOW_BITS.get(encoding)
        if bits is None:
            raise BodyError(f"the answer is encoded as {encoding[:40]!r}, which was not asked for")
        inflater = zlib.decompressobj(bits)
    pieces: list[bytes] = []
    raw = size = 0
    async for chunk in chunks:
        raw += len(chunk)
        if raw > cap:
            raise BodyError(f"the answer is larger than {cap >> 20} MB")
        if inflater is not None:
            try:
                chunk = inflater.decompress(chunk, cap - size + 1)
            except zlib.error as error:
                raise BodyError("the answer's compression is damaged") from error
        size += len(chunk)
        if size > cap:
            raise BodyError(f"the answer is larger than {cap >> 20} MB")
        pieces.append(chunk)
    if length is not None and length.isdigit() and raw != int(length):
        raise BodyError("the answer was cut short", cut=True)
    if inflater is not None and raw and not inflater.eof:
        raise BodyError("the answer was cut short", cut=True)
    return b"".join(pieces)

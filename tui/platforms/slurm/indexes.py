"""Index lists of job arrays, kept as ranges: 100,000 waiting elements are one text of ten characters."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

__all__ = ["NONE", "Indexes"]

_PART = re.compile(r"(\d{1,9})(?:-(\d{1,9})(?::(\d{1,9}))?)?\Z")


@dataclass(frozen=True, slots=True)
class Indexes:
    """Array indexes in ascending order."""

    parts: tuple[range, ...] = ()
    throttle: int | None = None
    """How many of the array may run at once (`%30`)."""
    cut: bool = False
    """A part of the list cannot be read, so that there are more."""

    @classmethod
    def parse(cls, text: str) -> "Indexes":
        """`78-199%30`, `1,3,7-9`, `0-20:5`; what cannot be read is left out and marked by `cut`."""
        text, _, limit = text.strip("[] ").partition("%")
        parts: list[range] = []
        cut = False
        for word in filter(None, text.split(",")):
            found = _PART.match(word.strip())
            if found is None:
                cut = True
                continue
            first = int(found[1])
            parts.append(range(first, int(found[2] or first) + 1, max(1, int(found[3] or 1))))
        return cls(tuple(sorted(parts, key=lambda r: r.start)), int(limit) if limit.isdigit() else None, cut)

    @classmethod
    def of(cls, indexes: Iterable[int]) -> "Indexes":
        """The fewest ranges that hold these."""
        parts: list[range] = []
        for index in sorted(set(indexes)):
            if parts and parts[-1].stop == index:
                parts[-1] = range(parts[-1].start, index + 1)
            else:
                parts.append(range(index, index + 1))
        return cls(tuple(parts))

    def __len__(self) -> int:
        return sum(len(part) for part in self.parts)

    def __iter__(self) -> Iterator[int]:
        return (index for part in self.parts for index in part)

    def __contains__(self, index: object) -> bool:
        return any(index in part for part in self.parts)

    def __str__(self) -> str:
        words = []
        for part in self.parts:
            if len(part) == 1:
                words.append(str(part.start))
            else:
                words.append(f"{part.start}-{part[-1]}" + (f":{part.step}" if part.step > 1 else ""))
        return ",".join(words)


NONE = Indexes()

"""Failures piled up by what they say: by their fields first, then by their logs, then by comparing the members."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from tui.domain.signature.classes import SILENT
from tui.domain.signature.mask import coarse, fine
from tui.domain.signature.reason import NOTHING, said_by
from tui.domain.task import Task, TaskRef

__all__ = ["SAMPLES", "Pile", "pile_up"]

SAMPLES = 3
"""Logs read of a group at first."""
_REPEATED = 3
"""Members that must say the same quoted word for it to be part of the reason, not a name of their own."""
_IDS = 3
"""Keys that must differ in nothing but a word in capitals for that word to be an id."""
_CAPITALS = re.compile(r"(?<![\w<])[A-Z0-9]{7,}(?![\w>])|<id>")
_QUOTED = re.compile(r"['\"`‘“]([^'\"`‘’“”\n]{1,120})['\"`’”]")


@dataclass(slots=True)
class Pile:
    """Members of a group while it is being made."""

    tasks: list[Task] = field(default_factory=list)
    lines: dict[str, None] = field(default_factory=dict)
    """What they say, unmasked, each once, in the order it was met."""
    said: dict[TaskRef, str] = field(default_factory=dict)
    """The line of each member whose log told it."""
    aliases: set[str] = field(default_factory=set)
    """Keys that the members had before their logs were read, or would have had in other company."""
    mixed: bool = False
    explained: bool = False

    def add(self, task: Task, line: str, *, told: bool) -> None:
        """Put one more on the pile; `told` if its own log said the line."""
        self.tasks.append(task)
        self.lines[line] = None
        if told:
            self.said[task.ref] = line


def pile_up(failed: Sequence[Task], lines: Mapping[TaskRef, str | None]) -> dict[str, Pile]:
    """The failed by their key. `lines` as for `group_failures`."""
    masked: dict[str, str] = {}

    def key_of(text: str) -> str:
        if (key := masked.get(text)) is None:
            key = masked[text] = coarse(text)
        return key

    return _by_repeated_words(_by_ids(_by_logs(failed, lines, key_of)))


def _by_logs(
    failed: Sequence[Task], lines: Mapping[TaskRef, str | None], key_of: Callable[[str], str]
) -> dict[str, Pile]:
    by_fields: dict[str, Pile] = {}
    texts: dict[TaskRef, str] = {}
    for task in failed:
        said = said_by(task)
        text = SILENT if said.text == NOTHING and lines.get(task.ref) == SILENT else said.text
        pile = by_fields.setdefault(key_of(text), Pile(explained=said.explains))
        pile.tasks.append(task)
        texts[task.ref] = text
    piles: dict[str, Pile] = {}
    for key, pile in by_fields.items():
        read = {} if pile.explained else {t.ref: _telling(lines[t.ref]) for t in pile.tasks if t.ref in lines}
        named = {key_of(line) for line in read.values() if line} | ({key} if None in read.values() else set())
        split = len(named) > 1 and (len(read) > SAMPLES or len(read) == len(pile.tasks))
        shared = next(filter(None, read.values()), None) if len(named) == 1 and key not in named else None
        for task in pile.tasks:
            line = shared and (read.get(task.ref) or shared)
            if split:
                line = read.get(task.ref)
            target = piles.setdefault(key_of(line) if line else key, Pile())
            target.add(task, line or texts[task.ref], told=bool(line) and bool(read.get(task.ref)))
            target.aliases.add(key)
            target.explained = target.explained or pile.explained or bool(line)
            if not line:
                target.mixed = target.mixed or (len(named) > 1 and not (split and task.ref in read))
    return piles


def _telling(line: str | None) -> str | None:
    return None if line == SILENT else line


def _by_ids(piles: Mapping[str, Pile]) -> dict[str, Pile]:
    """Piles that differ in nothing but ids of their members' own put together: any list of ids would be too short."""
    alike: defaultdict[str, list[str]] = defaultdict(list)
    for key, pile in piles.items():
        if pile.said and _CAPITALS.search(key):
            alike[_CAPITALS.sub("<id>", key)].append(key)
    new = {key: skeleton for skeleton, keys in alike.items() if len(keys) >= _IDS for key in keys}
    merged: dict[str, Pile] = {}
    for key, pile in piles.items():
        target = merged.setdefault(new.get(key, key), Pile())
        target.tasks += pile.tasks
        target.lines |= pile.lines
        target.said |= pile.said
        target.aliases |= pile.aliases | ({key} if key in new else set())
        target.mixed, target.explained = target.mixed or pile.mixed, target.explained or pile.explained
    return merged


def _by_repeated_words(piles: Mapping[str, Pile]) -> dict[str, Pile]:
    """A quoted word that several members repeat and none of them bears is the reason's (a column); the others are the
    members' own (a sample)."""
    done: dict[str, Pile] = {}
    for key, pile in piles.items():
        for new, part in _parts(key, pile):
            done[new] = part
    return done


def _parts(key: str, pile: Pile) -> Iterable[tuple[str, Pile]]:
    if "<x>" not in key or len(pile.said) < _REPEATED:
        return [(key, pile)]
    words = {ref: tuple(_QUOTED.findall(line)) for ref, line in pile.said.items()}
    counts = Counter(words.values())
    common = {said for said, count in counts.items() if said and count >= _REPEATED}
    if not common:
        return [(key, pile)]
    own = {said for said in common if all(_bears(t, said) for t in pile.tasks if words.get(t.ref) == said)}
    parts: dict[str, Pile] = {}
    for task in pile.tasks:
        said = words.get(task.ref, ())
        line = pile.said.get(task.ref) or next(iter(pile.lines))
        new = fine(line) if said in common and said not in own else key
        part = parts.setdefault(new, Pile(aliases={*pile.aliases, key} - {new}, mixed=pile.mixed))
        part.add(task, line, told=task.ref in pile.said)
        part.explained = pile.explained
    return parts.items()


def _bears(task: Task, words: Sequence[str]) -> bool:
    """Whether the task itself is called so, or was given that to work on."""
    texts = (task.name, *task.metadata.values(), *task.arguments.values())
    return any(word in text for word in words for text in texts)

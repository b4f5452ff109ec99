"""The one line of a log that says why it failed, and what the lines around it are for."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from tui.domain.exitcode import exit_text
from tui.domain.signature.languages import spoken_in
from tui.domain.signature.lines import lines_of
from tui.domain.signature.mask import coarse
from tui.domain.signature.message import message_at
from tui.domain.signature.roles import Role
from tui.domain.signature.story import Said, Story, graded, last_words
from tui.domain.signature.tiers import Tier

__all__ = ["ErrorLine", "find_error"]

_EXIT = re.compile(r"(?i)\b(?:exit\w*|code|status|returned|Error)\b[^\d\n]{0,30}?(?<![\w.])(-?\d{1,3})\b(?!\.\d)")
"""The code in a line that only says that something else failed."""
_SPOKEN = re.compile(r"\A[\w.\[\]-]+(?:\s\d+)?:\s")
"""What a rank says before it aborts all: who, and what."""
_OTHERS = 8


@dataclass(frozen=True, slots=True)
class ErrorLine:
    """Where a log says why it failed."""

    number: int
    """The line's place in the text it was found in, from 0."""
    text: str
    """What it says, without time, level and host in front, together with the neighbours that carry its point."""
    tier: Tier
    role: Role = Role.CAUSE
    """`WRAPPER` where nothing but wrappers speak."""
    used: tuple[int, ...] = ()
    """The places of all lines that the text was made of."""
    roles: Mapping[int, Role] = field(default_factory=dict)
    """What the other telling lines are for, by their place: consequences, wrappers, failures that were got over."""
    others: tuple[str, ...] = ()
    """What those lines say, at most a handful: names that this failure may have had before."""


def find_error(text: str, usual: Collection[str] = (), *, failed: bool = False) -> ErrorLine | None:
    """The line of a log's text that says why it failed, or None where nothing says that it failed.

    Args:
        text: The log, or its end.
        usual: Masked lines (`coarse`) that logs of successful siblings have too: they explain nothing.
        failed: The platform says that it failed, so a failure that some work follows is still believed.
    """
    story = graded(lines_of(text), spoken_in(text), failed=failed)
    if usual:
        story.said = [said for said in story.said if coarse(said.text) not in usual]
    chosen = story.choose()
    if chosen is not None and chosen.tier is Tier.WRAPPER and (aborted := _aborted(story)) is not None:
        return aborted
    if chosen is None or chosen.tier is Tier.WRAPPER:
        words = last_words(story)
        if words is not None:
            said, place = words
            return _answer(story, chosen or said, story.lines[place].text.strip(), (place,), said.tier)
    if chosen is None:
        return None
    if chosen.tier is Tier.WRAPPER and (told := _innermost(story)) is not None:
        return told
    text, used = message_at(story.lines, chosen.at)
    return _answer(story, chosen, text, used)


def _answer(story: Story, chosen: Said, text: str, used: tuple[int, ...], tier: Tier | None = None) -> ErrorLine:
    """The answer, with the parts that the lines around it play."""
    roles = {}
    others = []
    for said in story.said:
        role = story.roles[said.at]
        if said.at in used:
            role = Role.CAUSE if said.at == chosen.at and len(used) == 1 else role
        elif said.tier > Tier.WRAPPER:
            role = Role.CONSEQUENCE if said.at > chosen.at else Role.BENIGN if said.episode > chosen.episode else role
        if said.at not in used:
            others.append(said.text)
        roles[story.lines[said.at].number] = role
    for at in used:
        roles[story.lines[at].number] = Role.CAUSE
    return ErrorLine(
        number=story.lines[
            used[1] if story.roles.get(used[0]) is Role.ANNOUNCEMENT and len(used) > 1 else used[0]
        ].number,
        text=text,
        tier=tier or chosen.tier,
        role=Role.WRAPPER if (tier or chosen.tier) is Tier.WRAPPER else Role.CAUSE,
        used=tuple(story.lines[at].number for at in used),
        roles=roles,
        others=tuple(others[-_OTHERS:]),
    )


def _aborted(story: Story) -> ErrorLine | None:
    """What a rank said just before it made all others end."""
    for said in story.said:
        if "MPI_ABORT was invoked" in said.text:
            spoken = [at for at in range(max(0, said.at - 2), said.at) if _SPOKEN.match(story.lines[at].text.strip())]
            words = story.lines[spoken[-1]].text.strip() if spoken else "invoked"
            return _answer(story, said, f"MPI_ABORT: {words}", (spoken[-1] if spoken else said.at,))
    return None


def _innermost(story: Story) -> ErrorLine | None:
    """Where nothing but wrappers speak: the exit code that the first of them, the nearest to the program, tells."""
    for said in story.said:
        if said.tier is Tier.WRAPPER and (found := _EXIT.search(said.text)) and found[1] != "0":
            return _answer(story, said, exit_text(int(found[1])), (said.at,))
    return None

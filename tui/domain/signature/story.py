"""The story of a log: which of its lines tell of failures, how much each one tells, and which one came first."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tui.domain.signature.anyof import any_of
from tui.domain.signature.grade import grade
from tui.domain.signature.lines import Line
from tui.domain.signature.roles import Role
from tui.domain.signature.tiers import Tier, tier_of

__all__ = ["Said", "Story", "graded", "last_words"]

_FADES = 60
"""After so many lines of work an error was probably got over, and counts one grade less."""
_EPISODE = 12
"""Lines of work between two failures that have nothing to do with one another."""
_ENOUGH = {
    Tier.NONE: 1, Tier.WRAPPER: 2, Tier.WORDS: 1, Tier.ERROR: 1, Tier.CAUSE: 2, Tier.SIGNAL: 2, Tier.VERDICT: 4,
}  # fmt: skip
"""Lines of work after a failure that show that it was got over, by how much the failure tells."""
_ENOUGH_FAILED = {Tier.NONE: 5, Tier.WRAPPER: 40, Tier.WORDS: 10, Tier.ERROR: 10, Tier.CAUSE: 30}
"""The same where it is known from elsewhere that it failed in the end."""
_NOT_WELL = r"(?i)\A(?!.*\b(?:not|no|failed|with errors?|without)\b).*\b"
_ENDED_WELL = re.compile(
    _NOT_WELL
    + r"(?:finished|completed|done|saved|written|wrote|converged|copied|succeeded|passed|all good|ok)\b[^:]{0,24}\Z"
)
"""The last line of work, where it tells of something that was brought to its end."""
_MADE = re.compile(
    _NOT_WELL + r"(?:stored|uploaded|downloaded|merged|built|linked|imported|exported|installed|created|generated|"
    r"processed|computed|complete|ready|in place)\b[^:]{0,24}\Z"
)
"""The same by what was made; believed where nothing else says that it failed."""
_WHOLE = re.compile(
    _NOT_WELL + r"(?:workflow|pipeline|job|run|analysis|simulation|calculation|everything|all)\b"
    r".*\b(?:finished|completed?|done|ended|in place|written)\W*\Z"
)
"""The last word of a whole run: what fails behind it fails while it shuts down."""
_STATISTIC = re.compile(
    r"(?i)\A\W*(?!.*\b(?:exit\w*|code|status|return\w*|errno)\b)"
    r"(?:[a-z][a-z\s/()'_-]{0,40}[:=]\s*[\d.,]+\s?%?|[\d.,]+\s[a-z][a-z\s'_-]{2,40}"
    r"|(?:[a-z][a-z\s'_-]{0,30} [\d.]+%?, )+[a-z][a-z\s'_-]{0,30} [\d.]+%?)\s*(?:\([^)]*\)\W*)?\Z"
)
"""A label and a number, or a number and what was counted: how many, not that it failed."""
_UNABLE = re.compile(
    r"(?i)\b(?:cannot|can't|couldn't|(?:could|does|did|do|was|were|is|are)(?: not|n't)|unable|not enough|not found|"
    r"no such|denied|refused|diverged|insufficient|unauthori[sz]ed|forbidden|timed out|taken|already reached|"
    r"terminated)\b"
)
"""A sentence that says what could not be done. Other failing words alone, in a log of which nobody says that it failed,
are as often statistics, names and settings."""
_TIDIES = re.compile(r"(?:[\w./-]+: line \d+: )?(?:rm|rmdir|unlink|umount|kill|pkill): ")
"""What tidies up found nothing to tidy."""
_WELL = any_of(
    r"(?<!not )(?:complet\w+|finish\w*|ended|done|ran|exit\w*|terminated)\s(?:\w+\s)?success",
    r"\bsuccess\w*\s(?:complet|finish|ended|done)",
    r"\A\W*success(?:ful)?\W*\Z",
    r"\bsuccess rate",
    r"exit(?:ed)?(?: with)?(?: code| status)?[ :=]+0\b",
    r"\ball (?:tests|checks|steps|jobs) passed",
    r"\bfinished successfully\b",
    r"\A\W*job done\W*\Z",
    r"\bsteps? \(100%\) done\b",
    r"\A\W*(?:all )?done\b.*\b0 errors\W*\Z",
    r"\bwritten\b.*\berrors ?[=:] ?0\W*\Z",
    flags=re.IGNORECASE,
)
"""A whole run's own word that it went well."""
_SETTLED = re.compile(r"(?i)(?<!not )(?<!n't )\bconverged\b|\bconvergence (?:was )?(?:reached|achieved)\b")
_TIMED = re.compile(r"\d\d:\d\d:\d\d")
_BLOCK = re.compile(r"\W*([-=*%#_~!])\1{5,}\W*\Z")
_LONG_BLOCK = 30
_COMPILER = re.compile(r"\A[^\s:]+(?::\d+)+:\s+(?:fatal )?error:|\berror\[E\d+\]|undefined reference to")
_FRAME = re.compile(r"(?P<indent>[\s|]*\s)File \"[^\"]*\", line \d+")
"""Behind it, further in, stands a line of somebody's program, whatever words are in it; where the program's text is not
at hand (`python -c`, compiled modules) the next frame or the error follows at once."""
_TRACE = re.compile(r"\A\W*(?:Exception Group )?Traceback \(most recent call last\)")
_CHAINED = re.compile(r"(?:above exception was the direct cause|During handling of the above exception, another)")
_USAGE = re.compile(r"(?i)\A\s*(?:\*+\s*)?usage\b\s*[: ]|\A\s*usage:?\s*\Z|\ASynopsis\b")
_MISSING = re.compile(
    r"(?i)no such file|not found|does(?: not|n't) exist|cannot (?:open|stat|access|find)|can't open|could ?n[o']t open|"
    r"unable to open|failed to open|filenotfound|cannot open the connection|is empty|empty (?:file|data)|end of file|"
    r"truncated|missing|no index|could not (?:load|find)|fail(?:ed)? to (?:read|load)"
)
"""What a step says that was to read what the step before it did not write."""
_LIBRARY = re.compile(r"\A\[[EW]::\w+")
_SPEAKER = re.compile(r"\A(?:\[(?P<a>[\w.:]+)\]|(?P<b>[\w./+-]+(?: \w+)?)(?=: )|(?P<c>[\w.$]+(?:Error|Exception)\b))")
_ECHO = re.compile(r"\A\++ \S|\A\$ \S|\A> \S+ \S")
_INNER = re.compile(r"(?i)\A\s*(?:command error|stderr|error output|captured stderr.*)\W*\Z")


@dataclass(slots=True)
class Said:
    """One line that tells of a failure."""

    at: int
    """Its place among the lines."""
    text: str
    """What it says, in English."""
    tier: Tier
    value: float
    """The tier, less what the work after it takes away."""
    episode: int = 0
    """Counted from the end: failures with much work between them are of two episodes."""

    @property
    def missing(self) -> bool:
        """It only misses what something before it should have made."""
        return self.tier < Tier.VERDICT and _MISSING.search(self.text) is not None

    @property
    def compiled(self) -> bool:
        """It is a compiler's."""
        return _COMPILER.search(self.text) is not None


@dataclass(slots=True)
class Story:
    """A log's lines, and those of them that tell of failures."""

    lines: Sequence[Line]
    roles: dict[int, Role] = field(default_factory=dict)
    said: list[Said] = field(default_factory=list)
    """In order."""
    failed: bool = False
    """It is known from elsewhere that it failed, so that more must follow a failure to count as got over."""
    well: bool = False
    """The log's own last word is that all went well."""

    def choose(self) -> Said | None:
        """The one that says why: the most telling of the last episode, and of equals the first."""
        if not self.said or self.well:
            return None
        live = self._live()
        if not self.failed and any(said.tier is Tier.WRAPPER for said in live):
            self.failed = True  # the log itself says so
            live = self._live()
        if not live:
            return None
        best = max(said.value for said in live)
        if best <= Tier.WRAPPER:
            return live[0]
        if not self.failed and all(said.tier is Tier.WORDS and not _UNABLE.search(said.text) for said in live):
            return None
        top = [said for said in live if said.value == best]
        last = min(said.episode for said in top)
        chosen = self._first([said for said in top if said.episode == last])
        return self._before(chosen, live)

    def _live(self) -> list[Said]:
        """Those that were not got over: too little work follows, or a failure that was not got over either."""
        live: list[Said] = []
        later = False
        for said in reversed(self.said):
            if later or not self._survived(said):
                if said.value > 0:
                    live.append(said)
                later = True
            later = later or self.failed
        return live[::-1]

    def _survived(self, said: Said) -> bool:
        """Whether so much was done after it that it did no harm.

        Lines set further in are its details; a few lines that follow may have waited in a buffer when it was written.
        """
        enough = (_ENOUGH_FAILED if self.failed else _ENOUGH).get(said.tier)
        if enough is None:
            return False
        if said.tier is Tier.CAUSE and not self.failed and self.roles.get(said.at - 1) is not Role.NOISE:
            enough = 1  # no frames before it: a program that goes on wrote it, not a language runtime that ends
        indent = self.lines[said.at].indent
        work = 0
        for at in range(self._block_end(said.at), len(self.lines)):
            line = self.lines[at]
            if self.roles.get(at) is Role.WORK and line.indent <= indent + 1:
                # What has its own time in front was not waiting in a buffer.
                work += 1 if self.failed or not _TIMED.search(line.raw, 0, len(line.raw) - len(line.text)) else 2
        return work >= enough

    def _block_end(self, at: int) -> int:
        """The place after the line, or after the rule that closes the block whose first line it is."""
        if at == 0 or not _BLOCK.match(self.lines[at - 1].text):
            return at + 1
        end = min(len(self.lines), at + _LONG_BLOCK)
        closing = (place + 1 for place in range(at + 1, end) if _BLOCK.match(self.lines[place].text))
        return next(closing, at + 1)

    def _first(self, equals: Sequence[Said]) -> Said:
        """Of equals the first; of neighbours that one program wrote in one go, the last: it sums up."""
        first = equals[0]
        if first.compiled:
            return first
        if summary := next((said for said in equals if said.text.startswith("SUMMARY: ")), None):
            return summary
        for said in equals[1:]:
            if self.lines[said.at].raw.lstrip().startswith("Caused by: ") and first.tier is Tier.CAUSE:
                first = said
                continue
            if said.at != first.at + 1 or not self._one_voice(first, said):
                break
            first = said
        return first

    def _one_voice(self, one: Said, other: Said) -> bool:
        """Whether the second line goes on with what the first one says."""
        if _LIBRARY.match(one.text):
            return True
        mine, theirs = _speaker(one.text), _speaker(other.text)
        return mine is not None and mine == theirs and self.lines[other.at].number - self.lines[one.at].number <= 1

    def _before(self, chosen: Said, live: Sequence[Said]) -> Said:
        """What it followed from, where it only misses what something before it should have made."""
        if not chosen.missing:
            return chosen
        for said in live:
            if said.at >= chosen.at:
                break
            if said.episode == chosen.episode and said.tier >= Tier.WORDS and not self._one_voice(said, chosen):
                return self._first([s for s in live if s.tier == said.tier and s.episode == said.episode])
        return chosen


def _speaker(text: str) -> str | None:
    found = _SPEAKER.match(text)
    return found[found.lastgroup or 0].lower() if found else None


def graded(lines: Sequence[Line], spoken: Mapping[str, str], *, failed: bool = False) -> Story:
    """The story of these lines."""
    story = Story(lines, failed=failed)
    over = -1  # where the failure stands that the line below it says was got over
    _mark_structure(story)
    work = episode = since = 0
    settled = False  # something says that it did converge in the end
    traced = False  # within a chain of tracebacks, of which the last one counts
    for at in range(len(lines) - 1, -1, -1):
        line = lines[at]
        if story.roles.get(at) is Role.NOISE:
            if _CHAINED.search(line.text):
                traced = True
            continue
        said = grade(line, lines[at + 1 : at + 3], spoken)
        if said is None:
            story.roles[at] = Role.NOISE
            story.well = story.well or (not story.said and _WELL.search(line.text) is not None)
            continue
        text, tier, role = said
        if not failed and tier and _harmless(text, tier):
            role, tier = Role.BENIGN, Tier.NONE
        if role is Role.BENIGN and not line.warned and tier_of(text) > Tier.NONE:
            over = at
        elif over == at + 1 and Tier.WRAPPER < tier < Tier.SIGNAL:
            over, role, tier = at, Role.BENIGN, Tier.NONE
        story.roles[at] = role
        if role in {Role.WORK, Role.BENIGN}:
            settled = settled or ("onverge" in text and _SETTLED.search(text) is not None)
            if not story.said and not story.well and tier is Tier.NONE:
                story.well = _WELL.search(text) is not None or (
                    work == 0 and role is Role.WORK and _ends_well(text, failed=failed)
                )
            if not failed and work == 0 and tier is Tier.NONE and _WHOLE.search(text):
                story.well = not any(later.tier is Tier.WRAPPER for later in story.said)
            work, since = work + 1, since + 1
            continue
        if "converge" in text and settled:
            story.roles[at] = Role.BENIGN
            continue
        if traced and tier is Tier.CAUSE:
            story.roles[at], traced = Role.CONSEQUENCE, False
            continue
        if since >= _EPISODE and tier > Tier.WRAPPER:
            episode += 1
        since = 0 if tier > Tier.WRAPPER else since
        story.said.append(Said(at, text, tier, tier - work // _FADES, episode))
    story.said.reverse()
    return story


def _harmless(text: str, tier: Tier) -> bool:
    """Whether it counts failures, or tidies up: of no weight where nothing else says that it failed."""
    if tier <= Tier.WORDS and _STATISTIC.match(text):
        return True
    return tier <= Tier.ERROR and _TIDIES.match(text) is not None


def _ends_well(text: str, *, failed: bool) -> bool:
    """Whether the last line of work tells of something that was brought to its end."""
    return _ENDED_WELL.search(text) is not None or (not failed and _MADE.search(text) is not None)


def _mark_structure(story: Story) -> None:
    """Mark what only surrounds: the program's lines that a trace quotes, usage text, echoes, blocks below a wrapper."""
    lines, roles = story.lines, story.roles
    usage = block = paragraph = -1
    ignored = False  # within an exception that Python itself ignored
    for at, line in enumerate(lines):
        text = line.text
        if usage >= 0:
            if _ends_usage(line, lines[at - 1]):
                usage = -1
            else:
                roles[at] = Role.NOISE
                continue
        first = text.lstrip()
        if ignored:
            roles[at] = Role.NOISE
            ignored = text[:1].isspace() or _TRACE.match(text) is not None
            continue
        if text.startswith("Exception ignored in"):
            roles[at], ignored = Role.NOISE, True
            continue
        if first[:1] in "uUS*" and _USAGE.match(text):
            usage = at
            roles[at] = Role.NOISE
        elif at and (frame := _FRAME.match(lines[at - 1].text)):
            if len(text) - len(text.lstrip(" \t|")) > len(frame["indent"]):
                roles[at] = Role.NOISE
        elif _ECHO.match(text) or _CHAINED.search(text):
            roles[at] = Role.NOISE
        elif block >= 0:
            if line.indent > block:
                roles[at] = Role.NOISE
            else:
                block = -1
        if paragraph >= 0:
            if line.number - lines[at - 1].number > 1 or line.called or line.relayed:
                paragraph = -1
            else:
                roles[at] = Role.NOISE
        if line.warned and not line.relayed and _TOLD_BELOW.search(text):
            paragraph = at
        if line.warned and not line.relayed and (text.endswith(":") or text.startswith("Warning message")):
            block = line.indent
        if text.startswith(("Error in rule ", "Command executed", "RuleException")) or (
            text.endswith(":") and first.startswith(("localrule ", "rule "))
        ):
            block = line.indent


_TOLD_BELOW = re.compile(r"Warning: .*:\Z")
"""A warning that goes on up to the next blank line."""
_OWN_ERROR = re.compile(
    r"(?i)\A\s*\S{0,40}\s?(?:error|fatal|err!?)\b|: (?:error|fatal|unrecogni[sz]ed|invalid|unknown)\b"
)


def _ends_usage(line: Line, before: Line) -> bool:
    """Whether usage text is over: a line that stands out, and speaks of an error itself."""
    if line.called or _OWN_ERROR.search(line.text):
        return True
    return line.text != line.raw and before.text == before.raw


_SPEAKS = re.compile(
    r"\A(?!(?:\w+ )?(?:total|elapsed|real|user|sys|time|date|version|running|reading|writing|loading|using|input|"
    r"output|info|note|done)\b)(?:[\w./+-]{2,40}(?: [\w-]+)?: |\[[\w.:-]+\] |Exception: |"
    r"\*\*\* )(?=.*[a-z]{2,}\W+[a-z]{2,})",
    re.IGNORECASE,
)
"""A tool's own sentence, with its name in front."""
_REACHED = 4
"""Lines of work before the wrappers among which a tool's last words are looked for."""


def last_words(story: Story) -> tuple[Said, int] | None:
    """What the program said last where no line sounds like a failure: before its usage text, else before the wrappers.

    Without either, nothing says that it failed at all; usage text alone says so only of what is known to have failed.
    """
    wrappers = [said for said in story.said if said.tier is Tier.WRAPPER]
    if story.well or not (wrappers or story.failed):
        return None
    usage = next((at for at, line in enumerate(story.lines) if _USAGE.match(line.text)), None)
    end = wrappers[0].at if wrappers else usage
    if end is None:
        return None
    if usage is not None and usage < end:
        end = usage
    seen = 0
    for at in range(end - 1, -1, -1):
        role, text = story.roles.get(at), story.lines[at].text.strip()
        if role is Role.WORK:
            seen += 1
            if _SPEAKS.match(text):
                return Said(at, text, Tier.WORDS, Tier.WORDS), at
            if seen >= _REACHED:
                break
    if usage is not None:
        return Said(usage, story.lines[usage].text.strip(), Tier.WORDS, Tier.WORDS), usage
    return None

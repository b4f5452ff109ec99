"""The host whose commands are run: what changes nothing, in the words of one account, remembered where it may be."""

from tui.clock import Clock
from tui.domain.errors import NotFound, Rejected
from tui.platforms.shell import Command, Finished, Shell
from tui.platforms.slurm import commands
from tui.platforms.slurm.pace import Pace
from tui.platforms.slurm.wire import pairs

__all__ = ["Host"]

_REMEMBERED = 60.0
"""Seconds for which what was asked about one job is not asked again."""


class Host:
    """One account's reading side."""

    def __init__(self, account: str, shell: Shell, clock: Clock) -> None:
        self.account = account
        self.clock = clock
        self.pace = Pace(clock)
        self._shell = shell
        self._me: str | None = None
        self._memo: dict[tuple[str, ...], tuple[float, Finished]] = {}

    @property
    def where(self) -> str:
        """As messages have it."""
        return f"on {self._shell.host}" if self._shell.host else "on this machine"

    async def run(self, command: Command, doing: str, *, lane: str = "read") -> Finished:
        """One command that changes nothing.

        Raises:
            PlatformError: It failed.
        """
        judge = commands.judge(self.account, doing, self.where)
        return await self._shell.read(command, doing=doing, judge=judge, lane=lane)

    async def recall(self, command: Command, doing: str) -> Finished:
        """A command about one job: while its screen is open it is run once a minute, or after an own action.

        Raises:
            PlatformError: It failed; that is not remembered.
        """
        now = self.clock.monotonic()
        self._memo = {words: held for words, held in self._memo.items() if self._recent(held[0], now)}
        if (held := self._memo.get(command.words)) is not None:
            return held[1]
        answer = await self.run(command, doing)
        self._memo[command.words] = now, answer
        return answer

    def _recent(self, asked: float, now: float) -> bool:
        return now - asked < _REMEMBERED and not self.pace.acted_since(asked)

    async def me(self) -> str:
        """The user's name there, asked for once."""
        if self._me is None:
            answer = await self.run(Command(("id", "-un")), "asking who we are")
            self._me = answer.out.decode("utf-8", "replace").strip()
        return self._me

    async def controller(self, id_: str) -> dict[str, str]:
        """What the controller tells of one job, of an array of its first part; empty where it has forgotten it."""
        return pairs((await self.controller_text(id_)).split("\n", 1)[0])

    async def controller_text(self, id_: str) -> str:
        """The same as it is written; empty where the controller has forgotten the job."""
        try:
            answer = await self.recall(commands.scontrol("show", "job", id_), f"reading {id_}")
        except (NotFound, Rejected):
            return ""
        return answer.out.decode("utf-8", "replace")

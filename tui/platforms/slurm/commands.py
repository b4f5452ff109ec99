"""Every command line that the adapter runs, and what its exit code and messages mean."""

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from tui.domain.errors import (
    Forbidden,
    NotFound,
    PlatformDown,
    PlatformError,
    Rejected,
    Sent,
)
from tui.platforms.shell import Command, Finished, Judge
from tui.platforms.slurm.wire import LIVE_FIELDS, QUEUE_FIELDS, RS, SACCT_FIELDS, STEP_FIELDS, US

__all__ = [
    "accounting_words", "history", "history_of", "judge", "live", "queue", "scancel", "scontrol", "slurm", "steps",
]  # fmt: skip

_ENV: Mapping[str, str] = {"SLURM_BITSTR_LEN": "0", "SLURM_TIME_FORMAT": "%s"}
"""Whole index lists, and times as seconds: without the first, lists are cut in mid-number with no mark."""
_UNSET = (
    "SQUEUE_ACCOUNT", "SQUEUE_ALL", "SQUEUE_ARRAY", "SQUEUE_FORMAT", "SQUEUE_FORMAT2", "SQUEUE_LICENSES",
    "SQUEUE_NAMES", "SQUEUE_PARTITION", "SQUEUE_PRIORITY", "SQUEUE_QOS", "SQUEUE_SORT", "SQUEUE_STATES",
    "SQUEUE_USERS", "SACCT_FORMAT", "SACCT_FEDERATION", "SLURM_JSON",
)  # fmt: skip
"""A user's own habits, which would change what is printed."""
EVERYONE = "all"
"""For `user`: the jobs of all users."""


def slurm(*words: str, stdin: bytes = b"", env: Mapping[str, str] = MappingProxyType({})) -> Command:
    """One of Slurm's programs in the environment that makes its answers readable, and in `env` besides."""
    return Command(words, {**env, **_ENV}, _UNSET, stdin)


def queue(user: str | None) -> Command:
    """The list: every job that the controller knows, of oneself, of these users, or of all."""
    who = ["--me"] if user is None else [] if user == EVERYONE else ["-u", user]
    fields = ",".join(f"{name}:{US}" for name in QUEUE_FIELDS[:-1]) + f",{QUEUE_FIELDS[-1]}:{RS}"
    return slurm("squeue", "-h", "-a", "-t", "all", *who, "-O", fields)


def _sacct(optional: Sequence[str], *words: str) -> Command:
    fields = ",".join((*SACCT_FIELDS, *optional, "jobname", "cluster"))
    return slurm("sacct", "-X", "-n", "-P", f"--delimiter={US}", *words, "-o", fields)


def history(user: str | None, minutes: int, optional: Sequence[str]) -> Command:
    """What accounting has of the last minutes; `user` as for `queue`, but never None."""
    who = ["-a"] if user == EVERYONE else ["-u", user or ""]
    return _sacct(optional, *who, "-S", f"now-{minutes}minutes", "-E", "now")


def history_of(ids: Sequence[str], optional: Sequence[str], *, attempts: bool = False) -> Command:
    """What accounting has of these jobs, in one call; with `attempts` also those before a requeue."""
    return _sacct(optional, *(["-D"] if attempts else []), "-j", ",".join(ids))


def steps(ids: Sequence[str]) -> Command:
    """Jobs and their steps with what they used."""
    words = ("sacct", "-n", "-P", f"--delimiter={US}", "-j", ",".join(ids), "-o", ",".join(STEP_FIELDS))
    return slurm(*words)


def live(number: str) -> Command:
    """What the steps of a running job use now, asked of its nodes."""
    return slurm("sstat", "-a", "-n", "-P", "-j", number, "-o", ",".join(LIVE_FIELDS))


def scontrol(*words: str) -> Command:
    """`scontrol -o ...`."""
    return slurm("scontrol", "-o", *words)


def scancel(id_: str) -> Command:
    """End a job, an element, or a whole array."""
    return slurm("scancel", id_)


_ANSWERS: Sequence[tuple[re.Pattern[str], type[PlatformError], Sent, str]] = tuple(
    (re.compile(pattern, re.IGNORECASE), kind, sent, why)
    for pattern, kind, sent, why in (
        (r"munge|protocol authentication error|authentication plugin|auth_g_create", PlatformDown, Sent.NO,
         "Slurm's authentication (munge) does not work {where}; tell the administrators"),
        (r"talking to the database|slurmdbd|slurm_persist_conn", PlatformDown, Sent.NO,
         "the accounting database does not answer"),
        (r"unable to contact slurm controller|slurmctld.*connect|backup controller", PlatformDown,
         Sent.NO, "the Slurm controller does not answer"),
        (r"socket timed out|zero bytes were transmitted|transport endpoint|unexpected message received", PlatformDown,
         Sent.MAYBE, "the Slurm controller did not answer in time"),
        (r"configuration source|slurm\.conf|unable to process configuration", Rejected, Sent.NO,
         "there is no Slurm configuration {where}: this is not a host of a cluster, or SLURM_CONF is not set"),
        (r"(no cluster|cluster) '?(?P<what>[\w.-]+)'? (known|can't be reached|is not)|can't find an address", Rejected,
         Sent.NO, "the cluster {what} is not known; look at SLURM_CLUSTERS"),
        (r"invalid user(?: id)?:? ?(?P<what>\S*)", Rejected, Sent.NO,
         "there is no user {what} {where}; look at `user` of the account"),
        (r"access/permission denied", Forbidden, Sent.REFUSED,
         "it belongs to somebody else, or only administrators may"),
        (r"invalid job id", NotFound, Sent.REFUSED, "the controller knows no such job (any more)"),
        (r"presently disabled", Rejected, Sent.REFUSED, "the job may not be requeued (--no-requeue)"),
        (r"already finished|already completed", Rejected, Sent.REFUSED, "it has finished"),
        (r"accounting storage is disabled", Rejected, Sent.NO, "this cluster keeps no accounting"),
    )
)  # fmt: skip


def judge(account: str, doing: str, where: str) -> Judge:
    """The reader of one command's answer; `where` stands in messages: `on login`."""

    def read(finished: Finished) -> PlatformError | None:
        # A user that is not there is told with exit 0 and an empty list.
        if finished.code == 0 and (finished.out or "invalid user" not in finished.err.lower()):
            return None
        for pattern, kind, sent, why in _ANSWERS:
            if found := pattern.search(finished.err):
                what = found.groupdict().get("what") or ""
                return kind(account, doing, why.format(what=what, where=where), sent=sent, code=finished.code)
        return Rejected(account, doing, finished.why, code=finished.code)

    return read


def accounting_words(error: PlatformError) -> bool:
    """Whether an error says that the cluster keeps no accounting at all."""
    return "keeps no accounting" in error.why

"""The cluster behind an account: who we are there, its version, partitions, accounting, and our share of it."""

import time
from contextlib import suppress

from tui.domain.account import AccountInfo
from tui.domain.detail import Fact, Facts
from tui.domain.errors import PlatformError, UnexpectedAnswer
from tui.domain.text import CELL_LIMIT, plain
from tui.platforms.slurm import commands
from tui.platforms.slurm.accounting import Accounting
from tui.platforms.slurm.host import Host
from tui.platforms.slurm.jobs import Jobs

__all__ = ["account_info"]

_NODES = ("%T", "%D", "%N", "%E")
"""State, number, names, and why it is so: Slurm groups by them, so that thousands of nodes are few rows."""
_PARTITIONS = ("%R", "%a", "%l", "%D", "%F", "%C")


async def account_info(host: Host, accounting: Accounting, jobs: Jobs) -> AccountInfo:
    """Asked for only where somebody looks at the account.

    Raises:
        PlatformError: The host or the controller does not answer.
    """
    me = await host.me()
    begun = time.monotonic()
    answer = await host.run(commands.slurm("sinfo", "-h", "-o", "|".join(_PARTITIONS)), "asking for the partitions")
    took = time.monotonic() - begun
    lines = [line for line in answer.out.decode("utf-8", "replace").splitlines() if line]
    cut = bool(answer.out) and not answer.out.endswith(b"\n")
    if cut or any(line.count("|") < len(_PARTITIONS) - 1 for line in lines):
        raise UnexpectedAnswer(host.account, "asking for the partitions", "sinfo's answer cannot be read")
    version = await _line(host, "squeue", "-V")
    sections: dict[str, tuple[Facts, ...]] = {
        "cluster": ({
            "user": me,
            "version": version,
            "controller": f"answers in {1000 * took:.0f} ms",
            "accounting": await _accounting(accounting, jobs),
            "authentication": "munge takes our word",
        },),
        "partitions": tuple(map(_partition, lines)),
    }  # fmt: skip
    if nodes := await _nodes(host):
        sections["nodes"] = nodes
    if accounting.kept and (share := await _share(host)):
        sections["share"] = share
    return AccountInfo(me, sections)


async def _accounting(accounting: Accounting, jobs: Jobs) -> str:
    await jobs.history()
    if accounting.error is not None:
        return plain(accounting.error.why, CELL_LIMIT)
    return "answers" if accounting.kept else "none: jobs that left the queue are known only if they were seen"


async def _line(host: Host, *words: str) -> str | None:
    with suppress(PlatformError):
        answer = await host.run(commands.slurm(*words), "asking for the version")
        return plain(answer.out.decode("utf-8", "replace").strip(), CELL_LIMIT) or None
    return None


def _partition(line: str) -> Facts:
    values = [plain(value, CELL_LIMIT) for value in [*line.split("|"), *[""] * len(_PARTITIONS)]]
    name, available, limit, nodes, node_states, cpus = values[: len(_PARTITIONS)]
    return {
        "name": name,
        "available": available,
        "limit": limit,
        "nodes": nodes,
        "nodes allocated/idle/other/all": node_states,
        "cpus allocated/idle/other/all": cpus,
    }


async def _nodes(host: Host) -> tuple[Facts, ...]:
    """The nodes by state; why they are drained or down stands beside."""
    with suppress(PlatformError):
        answer = await host.run(commands.slurm("sinfo", "-h", "-o", "|".join(_NODES)), "asking for the nodes")
        rows = [line.split("|", len(_NODES) - 1) for line in answer.out.decode("utf-8", "replace").splitlines()]
        return tuple(
            {
                "state": plain(state, CELL_LIMIT),
                "nodes": plain(number, CELL_LIMIT),
                "names": plain(names, CELL_LIMIT),
                "why": None if why == "none" else plain(why, CELL_LIMIT),
            }
            for state, number, names, why in (row for row in rows if len(row) == len(_NODES))
        )
    return ()


async def _share(host: Host) -> tuple[Facts, ...]:
    """Fair share, where the cluster has it; a cluster without it says nothing."""
    with suppress(PlatformError):
        fields = "account,user,rawshares,normshares,effectvusage,fairshare"
        command = commands.slurm("sshare", "-U", "-n", "-P", "-o", fields)
        answer = await host.run(command, "asking for the fair share")
        rows = []
        for line in answer.out.decode("utf-8", "replace").splitlines():
            account, user, raw, norm, usage, share = [*(plain(v.strip(), 80) for v in line.split("|")), *[""] * 6][:6]
            if user:
                facts: dict[str, Fact] = {
                    "account": account, "shares": raw, "share": norm, "used": usage, "fair share": share,
                }  # fmt: skip
                rows.append(facts)
        return tuple(rows)
    return ()

"""What `squeue`, `sacct` and `scontrol show job` print of the cluster, field by field."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from tui.sandbox.slurm.cluster import Cluster, Element
from tui.sandbox.slurm.script import Script

__all__ = ["Row", "ranges", "rows_of_history", "rows_of_queue", "shown_job", "step_rows"]


def ranges(indexes: Iterable[int]) -> str:
    """`0-3,7`."""
    if isinstance(indexes, range):
        return f"{indexes.start}-{indexes[-1]}"
    parts: list[list[int]] = []
    for index in sorted(indexes):
        if parts and parts[-1][1] == index - 1:
            parts[-1][1] = index
        else:
            parts.append([index, index])
    return ",".join(str(a) if a == b else f"{a}-{b}" for a, b in parts)


def _clock(seconds: float) -> str:
    minutes, second = divmod(int(seconds), 60)
    hours, minute = divmod(minutes, 60)
    days, hour = divmod(hours, 24)
    if days:
        return f"{days}-{hour:02}:{minute:02}:{second:02}"
    return f"{hour}:{minute:02}:{second:02}" if hours else f"{minutes}:{second:02}"


@dataclass(frozen=True, slots=True)
class Row:
    """One record: an element, or all waiting elements of an array together."""

    cluster: Cluster
    element: Element
    waiting: str = ""
    """Their indexes."""
    epoch: bool = True

    def time(self, moment: float | None, absent: str) -> str:
        """As the environment wants it."""
        if moment is None:
            return absent
        stamp = self.cluster.stamp(moment)
        return str(stamp) if self.epoch else datetime.fromtimestamp(stamp, UTC).strftime("%Y-%m-%dT%H:%M:%S")

    @property
    def id(self) -> str:
        """`17_3`, `17_[4-9%2]`."""
        if not self.waiting:
            return self.element.id
        limit = f"%{self.element.script.throttle}" if self.element.script.throttle else ""
        return f"{self.element.script.id}_[{self.waiting}{limit}]"

    @property
    def stdout(self) -> str:
        """As 22.05 tells it: the pattern where one was given, else a path by the element's own number."""
        script = self.element.script
        given = script.output or f"slurm-{self.element.number}.out"
        return given if given.startswith("/") else f"{self.cluster.workdir}/{given}"

    @property
    def used(self) -> float:
        """Seconds."""
        start, end = self.element.start, self.element.end
        if start is None or self.element.state == "PENDING":
            return 0.0
        return (self.cluster.now() if end is None else end) - start

    def fields(self) -> Mapping[str, str]:
        """By the names of `squeue -O`, in lower case."""
        element, script = self.element, self.element.script
        limit = element.limit * 60
        words = "UNLIMITED" if not limit else _clock(limit)
        node = "" if element.state == "PENDING" or element.start is None else f"n{element.fate.node:02}"
        code, signal = (int(part) for part in element.exit.split(":"))
        if element.exit == "0:125":
            code, signal = 0, 253
        end = element.end
        if end is None and element.start is not None and limit and element.state == "RUNNING":
            end = element.start + limit
        return {
            "jobarrayid": self.id,
            "jobid": str(script.id if self.waiting else element.number),
            "arrayjobid": str(script.id),
            "arraytaskid": self.waiting or ("N/A" if element.index is None else str(element.index)),
            "state": element.state,
            "reason": element.reason,
            "username": self.cluster.user,
            "partition": script.partition,
            "account": script.account,
            "qos": script.qos,
            "submittime": self.time(script.submitted, "N/A"),
            "starttime": self.time(element.start if element.start is not None else element.end, "N/A"),
            "endtime": self.time(end, "N/A" if element.start is None else "NONE"),
            "timeused": _clock(self.used),
            "timelimit": words,
            "timeleft": words if not limit else _clock(max(0.0, limit - self.used)),
            "numcpus": str(script.cpus),
            "minmemory": f"{script.memory}M",
            "numnodes": "1",
            "nodelist": node,
            "tres-alloc": f"cpu={script.cpus},mem={script.memory}M,node=1,billing={script.cpus}",
            "prioritylong": "0" if element.reason == "JobHeldUser" else str(script.id % 9000),
            "dependency": _dependency(script),
            "exit_code": str(signal if signal else code << 8),
            "restartcnt": str(element.attempt),
            "workdir": self.cluster.workdir,
            "stdout": self.stdout,
            "stderr": self.stdout,
            "comment": script.comment or "(null)",
            "name": element.name,
            "jobname": element.name,
        }

    def accounting(self) -> Mapping[str, str]:
        """By the names of `sacct -o`, in lower case."""
        element, script = self.element, self.element.script
        state = f"{element.state} by 1001" if element.state == "CANCELLED" else element.state
        slurms = element.state in {"TIMEOUT", "CANCELLED", "PREEMPTED"}
        return {
            "jobid": self.id,
            "jobidraw": str(script.id if self.waiting else element.number),
            "jobname": element.name,
            "state": state,
            "exitcode": "0:0" if slurms else element.exit,
            "derivedexitcode": "0:0",
            "user": self.cluster.user,
            "account": script.account,
            "partition": script.partition,
            "qos": script.qos,
            "submit": self.time(script.submitted, "Unknown"),
            "start": self.time(element.start, "None" if element.end else "Unknown"),
            "end": self.time(element.end, "Unknown"),
            "elapsedraw": str(int(self.used)),
            "timelimitraw": str(element.limit) if element.limit else "UNLIMITED",
            "alloccpus": str(script.cpus),
            "ncpus": str(script.cpus),
            "reqmem": f"{script.memory}M",
            "nnodes": "1",
            "nodelist": f"n{element.fate.node:02}" if element.start is not None else "None assigned",
            "workdir": self.cluster.workdir,
            "submitline": _submit_line(script),
            "cluster": self.cluster.account,
            "reason": "None",
            "totalcpu": _clock(0.7 * script.cpus * self.used),
            "maxrss": "",
            "ntasks": "",
        }


def _dependency(script: Script) -> str:
    if not script.waits.startswith("Dependency"):
        return "(null)"
    return f"afterok:{script.id - 37}({'failed' if script.waits.endswith('Satisfied') else 'unfulfilled'})"


def _submit_line(script: Script) -> str:
    array = f" --array={ranges(script.indexes)}%{script.throttle}" if script.indexes is not None else ""
    array = array.removesuffix("%0")
    output = f" -o {script.output}" if script.output else ""
    return f"sbatch{array} -J {script.name}{output} job.sh"


def rows_of_queue(cluster: Cluster, scripts: Iterable[Script], *, epoch: bool, expand: bool) -> Iterator[Row]:
    """What the controller knows: waiting elements together where they wait for the same reason."""
    for script in scripts:
        if script.indexes is None:
            element = cluster.element(script, None)
            if cluster.is_kept(element):
                yield Row(cluster, element, epoch=epoch)
            continue
        waiting: dict[str, list[Element]] = {}
        for element in cluster.elements(script):
            if element.state == "PENDING" and not expand and not element.requeued:
                waiting.setdefault(element.reason, []).append(element)
            elif cluster.is_kept(element):
                yield Row(cluster, element, epoch=epoch)
        for together in waiting.values():
            yield Row(cluster, together[0], ranges(e.index for e in together if e.index is not None), epoch)


def rows_of_history(cluster: Cluster, scripts: Iterable[Script], *, epoch: bool) -> Iterator[Row]:
    """What accounting has: everything that was ever eligible."""
    for script in scripts:
        waiting: list[Element] = []
        for element in cluster.elements(script):
            if element.state == "PENDING" and script.indexes is not None:
                waiting.append(element)
            elif element.state != "PENDING" or element.reason != "JobHeldUser":
                yield Row(cluster, element, epoch=epoch)
        if waiting:
            yield Row(cluster, waiting[0], ranges(e.index for e in waiting if e.index is not None), epoch)


def step_rows(row: Row) -> Iterator[Mapping[str, str]]:
    """A job, then its batch step."""
    yield row.accounting()
    if row.element.start is not None and not row.waiting and row.element.state != "PENDING":
        peak = f"{row.element.fate.peak * 1024}K" if row.element.is_over else ""
        step = {"jobid": f"{row.id}.batch", "jobname": "batch", "maxrss": peak, "ntasks": "1", "reqmem": ""}
        yield {**row.accounting(), **step}


def shown_job(row: Row) -> str:
    """`scontrol -o show job`."""
    fields, script = row.fields(), row.element.script
    index = f"ArrayJobId={script.id} ArrayTaskId={fields['arraytaskid']} " if script.indexes is not None else ""
    output = row.stdout.replace("%A", str(script.id)).replace("%a", str(row.element.index))
    output = output.replace("%x", script.name)
    return (
        f"JobId={fields['jobid']} {index}JobName={fields['name']} UserId={row.cluster.user}(1001) "
        f"Priority={fields['prioritylong']} Account={script.account} QOS={script.qos} "
        f"JobState={fields['state']} Reason={fields['reason'].replace(' ', '_')} Dependency={fields['dependency']} "
        f"Requeue=1 Restarts={row.element.attempt} BatchFlag=1 ExitCode={row.element.exit} "
        f"TimeLimit={fields['timelimit']} Partition={script.partition} NumNodes=1 NumCPUs={script.cpus} "
        f"Command={row.cluster.workdir}/job.sh WorkDir={row.cluster.workdir} "
        f"StdErr={output} StdIn=/dev/null StdOut={output} Power="
    )

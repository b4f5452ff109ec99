"""The commands: words, environment and input in, exit code, output and messages out, as Slurm 22.05 answers."""

import getopt
import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from tui.sandbox.slurm.cluster import Cluster, Refused
from tui.sandbox.slurm.files import logs
from tui.sandbox.slurm.script import Script
from tui.sandbox.slurm.tables import Row, rows_of_history, rows_of_queue, shown_job, step_rows

__all__ = ["PROGRAMS", "Answer", "Programs"]

Answer = tuple[int, bytes, bytes]
"""Exit code, output, messages."""
PROGRAMS = ("squeue", "sacct", "scontrol", "scancel", "sbatch", "sinfo", "sshare")
"""What a folder of the world holds."""
VERSION = "slurm-wlm 22.05.8"
_ACTIVE = {"PENDING", "RUNNING", "COMPLETING", "SUSPENDED", "CONFIGURING"}
_SHORT = {
    "PD": "PENDING", "R": "RUNNING", "CG": "COMPLETING", "CD": "COMPLETED", "F": "FAILED", "TO": "TIMEOUT",
    "CA": "CANCELLED", "OOM": "OUT_OF_MEMORY", "NF": "NODE_FAIL", "PR": "PREEMPTED", "DL": "DEADLINE",
    "BF": "BOOT_FAIL", "S": "SUSPENDED", "CF": "CONFIGURING",
}  # fmt: skip
_LETTERS = {
    "i": "jobarrayid", "A": "jobid", "F": "arrayjobid", "K": "arraytaskid", "T": "state", "r": "reason", "j": "name",
    "u": "username", "P": "partition", "V": "submittime", "S": "starttime", "e": "endtime", "M": "timeused",
    "l": "timelimit", "L": "timeleft", "C": "numcpus", "m": "minmemory", "D": "numnodes", "N": "nodelist",
    "a": "account", "q": "qos", "t": "state", "R": "reason",
}  # fmt: skip
_ACCOUNTED = (
    "Account", "AllocCPUS", "Cluster", "DerivedExitCode", "Elapsed", "ElapsedRaw", "End", "ExitCode", "JobID",
    "JobIDRaw", "JobName", "MaxRSS", "NCPUS", "NNodes", "NodeList", "NTasks", "Partition", "QOS", "Reason", "ReqMem",
    "Start", "State", "Submit", "SubmitLine", "TimelimitRaw", "TotalCPU", "User", "WorkDir",
)  # fmt: skip


def _states(text: str) -> set[str] | None:
    if text.lower() == "all":
        return None
    return {_SHORT.get(word.upper(), word.upper()) for word in text.split(",")}


def _now_minus(text: str) -> float:
    """Seconds before now of `now-90minutes`, `now-7days`; a date is a long time ago."""
    found = re.fullmatch(r"now-(\d+)(second|minute|hour|day|week)s?", text)
    units = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400, "week": 604_800}
    return int(found[1]) * units[found[2]] if found else 0.0 if text == "now" else 1e9


class Programs:
    """The commands of one cluster."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self.calls: list[tuple[str, ...]] = []
        """Every command run, as the controller's log would have it."""
        self.down = ""
        """What all commands that ask the controller say instead of an answer; empty while it is up."""

    def __call__(self, words: Sequence[str], env: Mapping[str, str], stdin: bytes) -> Answer:
        """Run one."""
        self.calls.append(tuple(words))
        name, *rest = words
        programs: Mapping[str, Callable[[list[str], Mapping[str, str], bytes], bytes]] = {
            "squeue": self._squeue, "sacct": self._sacct, "scontrol": self._scontrol, "scancel": self._scancel,
            "sbatch": self._sbatch, "sinfo": self._sinfo, "sshare": self._sshare, "id": self._id, "sh": self._sh,
        }  # fmt: skip
        if name not in programs:
            return 127, b"", f"{name}: command not found\n".encode()
        if self.down and name not in {"id", "sh"}:
            return 1, b"", self.down.encode()
        try:
            return 0, programs[name](rest, env, stdin), b""
        except Refused as error:
            return error.code, b"", f"{error}\n".encode()
        except getopt.GetoptError as error:
            return 1, b"", f"{name}: {error}\n".encode()

    # -- reading

    def _squeue(self, words: list[str], env: Mapping[str, str], stdin: bytes) -> bytes:
        flags, _ = getopt.gnu_getopt(words, "hart:u:j:O:o:p:V", ["me", "version", "only-job-state"])
        options = dict(flags)
        if "-V" in options or "--version" in options:
            return f"{VERSION}\n".encode()
        states = _states(options["-t"]) if "-t" in options else _ACTIVE
        users = options.get("-u")
        mine = users is None or self.cluster.user in users.split(",")
        chosen = self._chosen(options.get("-j"), "slurm_load_jobs error: ")
        rows = rows_of_queue(
            self.cluster, chosen if mine else (), epoch=env.get("SLURM_TIME_FORMAT") == "%s", expand="-r" in options
        )
        lines = []
        parts = (
            _long_format(options["-O"]) if "-O" in options else _short_format(options.get("-o", "%i|%P|%j|%u|%T|%M|%R"))
        )
        for row in rows:
            fields = row.fields()
            if states is not None and fields["state"] not in states:
                continue
            lines.append("".join(text if name is None else fields.get(name, "N/A") for name, text in parts))
        head = "" if "-h" in options else "JOBID|PARTITION|NAME|USER|STATE|TIME|NODELIST(REASON)\n"
        return (head + "".join(f"{line}\n" for line in lines)).encode()

    def _chosen(self, ids: str | None, prefix: str) -> list[Script]:
        if ids is None:
            return self.cluster.visible()
        try:
            return [self.cluster.find(word)[0].script for word in ids.split(",")]
        except Refused as error:
            raise Refused(f"{prefix}{error}") from None

    def _sacct(self, words: list[str], env: Mapping[str, str], stdin: bytes) -> bytes:
        flags, _ = getopt.gnu_getopt(words, "XnPDBau:S:E:j:o:s:", ["helpformat", "delimiter="])
        options = dict(flags)
        if "--helpformat" in options:
            return ("\n".join(_ACCOUNTED) + "\n").encode()
        if "-B" in options:
            return f"Batch Script for {options.get('-j')}\n{'-' * 80}\nNONE\n\n".encode()
        names = [name.lower() for name in options.get("-o", "jobid,jobname,state").split(",")]
        known = {name.lower() for name in _ACCOUNTED}
        if unknown := [name for name in names if name not in known]:
            raise Refused(f'sacct: fatal: Invalid field requested: "{unknown[0]}"')
        states = _states(options["-s"]) if "-s" in options else None
        since = _now_minus(options.get("-S", "now-1days"))
        wanted = options.get("-j")
        lines = []
        for row in self._history(wanted, epoch=env.get("SLURM_TIME_FORMAT") == "%s"):
            element = row.element
            if wanted is None and (element.end or self.cluster.now()) < self.cluster.now() - since:
                continue
            if states is not None and element.state not in states:
                continue
            for fields in [row.accounting()] if "-X" in options else step_rows(row):
                lines.append(options.get("--delimiter", "|").join(fields.get(name, "") for name in names))
        return "".join(f"{line}\n" for line in lines).encode()

    def _history(self, ids: str | None, *, epoch: bool) -> list[Row]:
        if ids is None:
            return list(rows_of_history(self.cluster, self.cluster.visible(), epoch=epoch))
        rows: list[Row] = []
        for word in ids.split(","):
            try:
                elements = self.cluster.find(word)
            except Refused:
                continue  # an unknown id is silent
            whole = "_" not in word
            if whole:
                rows += rows_of_history(self.cluster, [elements[0].script], epoch=epoch)
            else:
                rows += [Row(self.cluster, e, epoch=epoch) for e in elements if e.state != "PENDING"]
        return rows

    def _sinfo(self, words: list[str], env: Mapping[str, str], stdin: bytes) -> bytes:
        if "%E" in words[-1]:
            return (
                b"mixed|9|n[01-09]|none\nidle|5|n[10-14]|none\nallocated|2|g[1-2]|none\n"
                b"drained|2|n[15-16]|disk full: /scratch\n"
            )
        rows: tuple[tuple[str, ...], ...] = (
            ("batch", "up", "1-00:00:00", "12", "9/2/1/12", "280/80/24/384"),
            ("short", "up", "1:00:00", "4", "1/3/0/4", "12/116/0/128"),
            ("gpu", "up", "infinite", "2", "2/0/0/2", "96/32/0/128"),
        )
        return "".join("|".join(row) + "\n" for row in rows).encode()

    def _sshare(self, words: list[str], env: Mapping[str, str], stdin: bytes) -> bytes:
        return f"genomics|{self.cluster.user}|1|0.250000|0.181000|0.610000\n".encode()

    def _id(self, words: list[str], env: Mapping[str, str], stdin: bytes) -> bytes:
        return f"{self.cluster.user}\n".encode()

    def _sh(self, words: list[str], env: Mapping[str, str], stdin: bytes) -> bytes:
        """What reads logs: `sh -c TEXT NAME PATH...` tells sizes, with START and LIMIT behind one path its bytes."""
        _, text, _, *paths = words
        if "head -c" not in text:
            found = [logs(self.cluster, path) for path in paths]
            return "".join("missing\n" if data is None else f"{len(data)}\n" for data in found).encode()
        data = logs(self.cluster, paths[0])
        if data is None:
            raise Refused("", 45)
        start, limit = int(paths[1]), int(paths[2])
        start = max(0, len(data) + start) if start < 0 else start
        return f"{len(data)} {start}\n".encode() + data[start : start + limit]

    # -- changing

    def _scontrol(self, words: list[str], env: Mapping[str, str], stdin: bytes) -> bytes:
        words = [word for word in words if word != "-o"]
        match words:
            case ["ping"]:
                return b"Slurmctld(primary) at login is UP\n"
            case ["show", "job", id_]:
                try:
                    elements = self.cluster.find(id_)
                except Refused as error:
                    raise Refused(f"slurm_load_jobs error: {error}") from None
                if not any(map(self.cluster.is_kept, elements)):
                    raise Refused("slurm_load_jobs error: Invalid job id specified")
                return (shown_job(Row(self.cluster, elements[0])) + "\n").encode()
            case ["show", "config"]:
                return f"ClusterName             = {self.cluster.account}\nSLURM_VERSION           = 22.05.8\n".encode()
            case ["hold" | "release" as verb, id_]:
                self._told(id_, lambda: self.cluster.hold(id_, held=verb == "hold"))
            case ["requeue", ids]:
                self._told(ids, lambda: self.cluster.requeue(ids))
            case ["update", job, *changes] if job.lower().startswith("jobid="):
                id_ = job.partition("=")[2]
                for change in changes:
                    name, _, value = change.partition("=")
                    self._told(id_, partial(self.cluster.update, id_, name, value))
            case ["write", "batch_script", id_, *_]:
                return self.cluster.find(id_)[0].script.stdin
            case _:
                raise Refused(f"invalid keyword: {' '.join(words)}")
        return b""

    @staticmethod
    def _told(id_: str, act: Callable[[], None]) -> None:
        try:
            act()
        except Refused as error:
            words = str(error)
            raise Refused(f"{words} for job {id_}" if words == "Invalid job id specified" else words) from None

    def _scancel(self, words: list[str], env: Mapping[str, str], stdin: bytes) -> bytes:
        _, ids = getopt.gnu_getopt(words, "v", ["signal="])
        for word in ids:
            self.cluster.cancel(word)
        return b""

    def _sbatch(self, words: list[str], env: Mapping[str, str], stdin: bytes) -> bytes:
        names = "job-name chdir partition account qos time output error comment array mem cpus-per-task nodes ntasks "
        long = ["parsable", *(f"{name}=" for name in (names + "constraint gres wrap dependency begin").split())]
        flags, _ = getopt.getopt(words, "J:D:p:A:q:t:o:e:a:c:N:n:", long)
        options = dict(flags)

        def given(name: str, letter: str, default: str) -> str:
            return options.get(f"--{name}", options.get(f"-{letter}", default))

        body = stdin or f"#!/bin/sh\n{options.get('--wrap', '')}\n".encode()
        if not body.startswith(b"#!"):
            raise Refused("sbatch: error: This does not look like a batch script.")
        array = given("array", "a", "")
        indexes, _, throttle = array.partition("%")
        script = Script(
            id=0,
            name=given("job-name", "J", "sbatch"),
            submitted=self.cluster.now(),
            limit=int(re.sub(r"\D.*", "", given("time", "t", "60")) or 60),
            cpus=int(given("cpus-per-task", "c", "1")),
            memory=int(re.sub(r"\D", "", options.get("--mem", "1000")) or 1000),
            partition=given("partition", "p", "batch"),
            qos=given("qos", "q", "normal"),
            account=given("account", "A", "genomics"),
            indexes=tuple(_expanded(indexes)) if indexes else None,
            throttle=int(throttle or 0),
            seed=self.cluster.seed,
            wait=20.0,
            run=120.0,
            output=given("output", "o", ""),
            stdin=body,
        )
        number = self.cluster.submit(script)
        return f"{number}\n".encode() if "--parsable" in options else f"Submitted batch job {number}\n".encode()


def _expanded(text: str) -> list[int]:
    found: list[int] = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        last, _, step = last.partition(":")
        found += range(int(first), int(last or first) + 1, int(step or 1))
    return found


_Parts = list[tuple[str | None, str]]
"""A field's name, or None and a text as it is."""


def _long_format(text: str) -> _Parts:
    """`Field:SEP,Field:SEP`: the separator ends at a comma that a field's name follows."""
    parts: _Parts = []
    for word in re.split(r",(?=[A-Za-z_-]+(?::|,|$))", text):
        name, _, separator = word.partition(":")
        parts += [(name.lower(), ""), (None, separator)]
    return parts


def _short_format(text: str) -> _Parts:
    parts: _Parts = []
    for letter, plain in re.findall(r"%[.\d]*([A-Za-z])|([^%]+)", text):
        parts.append((_LETTERS.get(letter, letter), "") if letter else (None, plain))
    return parts

"""Slurm's reason codes as one sentence each, with what the record knows filled in."""

import re
from collections.abc import Callable, Sequence

from tui.platforms.slurm.exits import Exit
from tui.platforms.slurm.states import base_state
from tui.platforms.slurm.wire import Record, span_text

__all__ = ["CODES", "code_of", "ended_sentence", "is_hopeless", "waiting_sentence"]

_Sentence = Callable[[Record, str], str]
_CODE = re.compile(r"[A-Za-z_]+")
_KINDS = (
    ("BB", "burst buffer"), ("Billing", "billing"), ("Cpu", "CPUs"), ("CPU", "CPUs"), ("Energy", "energy"),
    ("GRES", "GPUs and the like"), ("License", "licences"), ("Mem", "memory"), ("Node", "nodes"), ("Wall", "run time"),
    ("Job", "jobs"), ("Submit", "jobs"),
)  # fmt: skip
"""What a limit is of, by a part of its name; the first that fits."""


def _asks(record: Record) -> str:
    """`4 CPUs, 8G`."""
    parts = []
    if record.nodes and record.nodes > 1:
        parts.append(f"{record.nodes} nodes")
    if record.cpus:
        parts.append(f"{record.cpus} CPU{'s' if record.cpus != 1 else ''}")
    if record.memory_text:
        parts.append(record.memory_text.rstrip("nc"))
    return ", ".join(parts) or "what it asks for"


def _where(record: Record) -> str:
    return f"partition {record.partition}" if record.partition else "its partition"


def _limit(record: Record) -> str:
    return "no time limit" if record.limit is None else span_text(record.limit)


def _of(code: str) -> str:
    return next((word for part, word in _KINDS if part in code), "resources")


def _account(record: Record) -> str:
    return f"account {record.account}" if record.account else "your account"


def _qos(record: Record) -> str:
    return f"QOS {record.qos}" if record.qos else "the QOS"


def _guess(record: Record) -> str:
    return f" Slurm's guess: about {record.started:%Y-%m-%d %H:%M} UTC." if record.started else ""


def _dependency(record: Record, detail: str) -> str:
    return f"Waits for {_dependencies(record)}."


def _dependencies(record: Record) -> str:
    return re.sub(r"\((unfulfilled|failed)\)", "", record.dependency or "another job")


def _never(record: Record, detail: str) -> str:
    jobs = ", ".join(dict.fromkeys(re.findall(r"\d+(?:_\d+)?", record.dependency or ""))) or "the job it waits for"
    return f"It will never start: {jobs} did not end as required. Cancel it, or rerun {jobs}."


def _begin(record: Record, detail: str) -> str:
    when = f"{record.started:%Y-%m-%d %H:%M:%S} UTC" if record.started else "its begin time"
    why = "Slurm waits about 2 minutes after a requeue" if record.restarts else "--begin, or 2 minutes after a requeue"
    return f"Starts no sooner than {when} ({why})."


def _throttled(record: Record, detail: str) -> str:
    limit = record.waiting.throttle
    most = f"at most {limit} at once (%{limit})" if limit else "only so many at once"
    return f"The array runs {most}; raise its throttle to run more."


def _not_available(record: Record, detail: str) -> str:
    if "maintenance" in detail.lower():
        return "It would still run when maintenance begins; a shorter time limit lets it start before."
    if "reserved" in detail.lower():
        return "The nodes that it needs are kept for another job."
    found = re.search(r"UnavailableNodes:(\S+)", detail)
    nodes = f": {found[1].rstrip(',')}" if found else ""
    return f"The nodes it needs are down, drained or reserved{nodes}. Drop --nodelist, or wait."


def _says(text: str) -> _Sentence:
    """A sentence with places for what the record knows."""

    def sentence(record: Record, detail: str) -> str:
        return text.format(
            asks=_asks(record), where=_where(record), limit=_limit(record), account=_account(record), qos=_qos(record),
        )  # fmt: skip

    return sentence


CODES: dict[str, _Sentence] = {
    "Priority": _says("Others are before it in {where}; it starts when their turn is over."),
    "Resources": _says(
        "It is next; it waits for {asks} to become free. Asking for less time or memory lets it start sooner."
    ),
    "Dependency": _dependency,
    "DependencyNeverSatisfied": _never,
    "BeginTime": _begin,
    "JobHeldUser": _says("Held by you; release it to let it start."),
    "JobHeldAdmin": _says("Held by the administrators; ask them why."),
    "JobHoldMaxRequeue": _says(
        "Held after being requeued too often (it fails at start again and again): look at the node and the log, "
        "then release it."
    ),
    "JobArrayTaskLimit": _throttled,
    "PartitionTimeLimit": _says(
        "It asks for {limit}, more than {where} allows; lower the time limit or change the partition. Until then it "
        "never starts."
    ),
    "PartitionNodeLimit": _says("It asks for more (or fewer) nodes than {where} allows, or they are down."),
    "PartitionConfig": _says("{where} cannot give what it asks for ({asks}); ask for less or change the partition."),
    "PartitionDown": _says("{where} is closed by the administrators; it waits until it opens."),
    "PartitionInactive": _says("{where} is closed by the administrators; it waits until it opens."),
    "ReqNodeNotAvail": _not_available,
    "Nodes": _not_available,
    "Reservation": _says("Waits for its reservation to begin."),
    "ReservationDeleted": _says("Its reservation is gone: change it or cancel the job."),
    "Constraints": _says("No node that is free has what it asks for ({asks} and its constraints)."),
    "BadConstraints": _says("No node has what it asks for ({asks} and its constraints); it never starts so."),
    "FrontEndDown": _says("The front end node that it needs is down."),
    "Licenses": _says("Waits for a licence that others use."),
    "AssocMaxJobsLimit": _says("You run as many jobs as {account} allows; it starts when one ends."),
    "QOSMaxJobsPerUserLimit": _says("You run as many jobs as {qos} allows; it starts when one ends."),
    "QOSJobLimit": _says("You run as many jobs as {qos} allows; it starts when one ends."),
    "MaxJobsPerAccount": _says("{account} runs as many jobs as allowed; it starts when one ends."),
    "QOSNotAllowed": _says("{qos} may not be used in {where}; change it or cancel the job."),
    "InvalidQOS": _says("{qos} may not be used there; change it or cancel the job."),
    "InvalidAccount": _says("{account} may not be used there; change it or cancel the job."),
    "AccountNotAllowed": _says("{account} may not be used in {where}; change it or cancel the job."),
    "QOSUsageThreshold": _says("Your usage is too high for {qos} now."),
    "Prolog": _says("Slurm prepares the node."),
    "Cleaning": _says("Slurm tidies up after the last run."),
    "NodesConfiguring": _says("Slurm prepares the nodes."),
    "DeadLine": _says("It could not start before its deadline."),
    "MaxMemPerLimit": _says("It asks for more memory than one job may; it never starts so."),
    "JobLaunchFailure": _says("Slurm could not start it; it is held or queued again."),
    "launch": _says("Slurm could not start it and holds it; look at its folders, then release it."),
    "None": _says("Slurm has not looked at it yet."),
}
"""The sentence of each code that has one of its own."""

_FAMILIES: Sequence[tuple[re.Pattern[str], str]] = tuple(
    (re.compile(pattern), text)
    for pattern, text in (
        (r".*Submit.*Limit", "You have as many jobs in the queue as allowed."),
        (r"AssocGrp.*RunMinutes.*", "The running jobs of {account} together have too much time left; shorter time "
                                    "limits help."),
        (r"(Assoc|QOS)Grp.*Minutes.*", "{account} has used up its budget of {what}; ask for more or wait for the new "
                                       "period."),
        (r"AssocGrp.*", "{account} uses all of its share of {what} now; it starts when others of its jobs end."),
        (r"QOSGrp.*", "Everyone in {qos} together is at its limit of {what}."),
        (r"QOSMin.*", "It asks for less {what} than {qos} requires."),
        (r"(Assoc|QOS)?Max.*(PerJob|WallDuration).*", "It asks for more {what} than one job may; it never starts so."),
        (r"QOSMax.*Per(User|Account).*|Max.*PerAccount.*",
         "You use all the {what} that {qos} gives; it starts when others of your jobs end."),
        (r"BurstBuffer.*", "Slurm prepares its burst buffer."),
        (r"Nodes?_required.*", "The nodes it needs are down, drained or reserved. Drop --nodelist, or wait."),
        (r".*Limit", "A limit of {what} holds it back."),
    )
)  # fmt: skip


def code_of(reason: str) -> str:
    """The code of a reason: the word before its first comma, colon or space."""
    found = _CODE.match(reason)
    return found[0] if found else ""


def is_hopeless(record: Record) -> bool:
    """Whether it never starts as it is: a dependency that cannot be met any more, a limit that it is above."""
    code = code_of(record.reason or "")
    return base_state(record.state) == "PENDING" and code in {
        "DependencyNeverSatisfied", "PartitionTimeLimit", "BadConstraints", "ReservationDeleted", "QOSNotAllowed",
        "InvalidQOS", "InvalidAccount", "AccountNotAllowed",
    }  # fmt: skip


def waiting_sentence(record: Record) -> str | None:
    """Why a job waits; of an array whose parts wait for different reasons, one sentence each."""
    reason = record.reason or "None"
    sentences = []
    for part in _parts(reason):
        code = code_of(part)
        sentences.append(_one(record, code, part.removeprefix(code).strip(" ,:")))
    text = " ".join(dict.fromkeys(sentences))
    return text + (_guess(record) if code_of(reason) in {"Priority", "Resources"} else "")


def _parts(reason: str) -> list[str]:
    """Several reasons of one array are joined by a comma without a space; words follow a comma with one."""
    return [part for part in re.split(r",(?=\S)(?![^\[]*\])", reason) if part] or [reason]


def _one(record: Record, code: str, detail: str) -> str:
    if (known := CODES.get(code)) is not None:
        text = known(record, detail)
        return text[:1].upper() + text[1:]
    for pattern, text in _FAMILIES:
        if pattern.fullmatch(code):
            text = text.format(account=_account(record), qos=_qos(record), what=_of(code))
            return text[:1].upper() + text[1:]
    return f"Slurm says: {code}{f', {detail}' if detail else ''}."


def ended_sentence(record: Record) -> str | None:
    """How it ended, where there is more to say than its state: the limit, the memory, the node, the signal."""
    state, exit_ = base_state(record.state), record.exit
    code = code_of(record.reason or "") if record.queued else ""
    node = f"node {record.node_list}" if record.node_list else "its node"
    memory = (record.memory_text or "").rstrip("nc")
    match state:
        case "TIMEOUT":
            return f"Ran into its time limit of {_limit(record)}; ask for more, or save states."
        case "OUT_OF_MEMORY":
            asked = f"more than the {memory} it asked for" if memory else "more memory than it asked for"
            return f"Out of memory: used {asked}; ask for more."
        case "NODE_FAIL":
            return f"Node failure: {node} failed; not your fault. Run it again."
        case "BOOT_FAIL":
            return f"Node failure: {node} did not boot; not your fault. Run it again."
        case "PREEMPTED":
            return "Preempted: stopped to make room for a job of higher priority; not your fault. Run it again."
        case "DEADLINE":
            return "It could not end before its deadline."
        case "CANCELLED" | "REVOKED":
            if code == "DependencyNeverSatisfied":
                return "Cancelled by Slurm: the job it depends on did not end as required."
            return f"Cancelled by user {record.by}." if record.by else None
        case "COMPLETED":
            if record.derived is not None and not record.derived.is_zero:
                return f"Completed, but a step ended with {record.derived.words}."
            return None
        case "FAILED" | "LAUNCH_FAILED":
            return _failed(record, exit_, code, node)
        case "SUSPENDED" | "STOPPED":
            return "Paused by Slurm for others."
    return None


def _failed(record: Record, exit_: Exit | None, code: str, node: str) -> str | None:
    if exit_ is not None and exit_.is_output:
        path = record.stdout if record.stdout and "/" in record.stdout else None
        folder = path.rsplit("/", 1)[0] if path else None
        return f"The output file could not be opened{f': the folder {folder} may not exist' if folder else ''}."
    if code in {"BadConstraints", "Constraints"} and not record.ran:
        return CODES["BadConstraints"](record, "")
    if code in {"InactiveLimit", "SystemFailure"}:
        return f"Slurm's own trouble on {node}; tell the administrators."
    if exit_ is None or exit_.is_zero:
        if code == "JobLaunchFailure" or base_state(record.state) == "LAUNCH_FAILED":
            return f"Slurm could not start it on {node} (folder, user or file system)."
        return None
    if exit_.signal == 9:
        return f"{exit_.words}: killed for its memory, or after the grace time of a limit"
    return exit_.words  # no sentence, so that the log is read for the cause

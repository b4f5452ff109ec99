"""The logs of the world: their paths, and what stands in them at a moment."""

from random import Random

from tui.sandbox.slurm.cluster import Cluster, Element

__all__ = ["log_path", "log_text", "logs"]


def log_path(cluster: Cluster, element: Element) -> str:
    """Where it is, expanded as Slurm expands it."""
    script = element.script
    default = "slurm-%A_%a.out" if element.index is not None else "slurm-%j.out"
    name = (script.output or default).replace("%A", str(script.id)).replace("%a", str(element.index))
    name = name.replace("%j", str(element.number)).replace("%x", script.name)
    return name if name.startswith("/") else f"{cluster.workdir}/{name}"


def log_text(cluster: Cluster, element: Element) -> bytes | None:
    """What it has written by now; None where there is no file."""
    if element.start is None or element.state == "PENDING" or element.fate.cause.exit == "0:53":
        return None
    luck = Random(f"{cluster.seed}:{element.id}")
    lines = [f"[{element.script.name}] starts on n{element.fate.node:02} with {element.script.cpus} CPUs"]
    until = cluster.now() if element.end is None else element.end
    steps = min(60, int((until - element.start) // 30))
    lines += [f"step {n + 1} of 60: {luck.randrange(900, 4000)} records, {luck.random():.3f} s" for n in range(steps)]
    if element.is_over and element.state != "CANCELLED":
        words = {"j": element.number, "h": f"{element.fate.node:02}", "n": luck.randrange(99)}
        lines += [line.format(**words) for line in element.fate.cause.lines]
    elif element.state == "CANCELLED":
        lines.append(f"slurmstepd: error: *** JOB {element.number} ON n{element.fate.node:02} CANCELLED ***")
    return "".join(f"{line}\n" for line in lines).encode()


def logs(cluster: Cluster, path: str) -> bytes | None:
    """The file of a path, if there is one."""
    for script in cluster.visible():
        if script.indexes is not None and str(script.id) not in path:
            continue
        for element in cluster.elements(script):
            if log_path(cluster, element) == path:
                return log_text(cluster, element)
    return None

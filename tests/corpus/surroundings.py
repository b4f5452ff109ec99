"""What stands around a program where people run it: scripts, build tools, relays of lines, engines, batch systems."""

import shutil
from collections.abc import Callable
from pathlib import Path
from string import Template
from zlib import crc32

__all__ = ["surrounded"]

_SCRIPT = """\
trap 'echo "cleaning up /scratch/$sample.$n"; echo "removing temporary files"; echo "total time $m.$d s"' EXIT
for i in 1 2 3; do echo "$$(date "+%F %T") INFO  pass $$i: $n records, 0 errors so far"; done
echo "$$(date "+%F %T") WARN  $d reads without mate were skipped"
for p in 10 40 70 100; do printf '\\r%3d%%|####      | %d/$n [00:0$d<00:01, 12.5it/s]' $$p $$p >&2; done; echo >&2
bash cmd.sh
code=$$?
echo "exit code $$code"
exit $$code
"""
_MAKEFILE = (
    "all: $sample.done\n$sample.done:\n\t@echo processing $sample, error rate 0.0$d\n\t@bash cmd.sh\n\t@touch $$@\n"
)
_NINJA = "rule step\n command = bash cmd.sh\nbuild $sample.done: step\n"
_PIPELINE = """\
import logging, subprocess, sys
logging.basicConfig(level="INFO", format="%(asctime)s %(levelname)s %(name)s: %(message)s")
log = logging.getLogger("pipeline")
log.info("sample $sample, %d lanes, max error 1e-$d", $d)
log.warning("could not find optional annotation, continuing without it")
try:
    subprocess.run(["bash", "cmd.sh"], check=True)
finally:
    sys.stdout.flush()
    log.info("closing %d connections", $m)
"""
_RELAY = """\
import datetime, subprocess, sys
style, number = "$style", $n
def say(line, level="I"):
    now = datetime.datetime.now(datetime.timezone.utc)
    if style == "glog":
        print(f"{level}{now:%m%d %H:%M:%S.%f} {140505975940928 + number} launch.py:247] {line}")
    elif style == "toil":
        print(f"$host {now:%Y-%m-%d %H:%M:%S},{now.microsecond // 1000:03d} MainThread WARNING toil.leader: job-step/instance-{number}    {line}")
    else:
        print(f"{now:%Y-%m-%dT%H:%M:%S.%f}000Z stdout F {line}")
    sys.stdout.flush()
say("starting step $sample on $host")
done = subprocess.run(["bash", "cmd.sh"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
for line in done.stdout.decode("utf-8", "replace").splitlines():
    say(line)
if done.returncode:
    say(f"step $sample exited with status {done.returncode}", "E")
say("stopping $d helpers")
sys.exit(done.returncode and 1)
"""
_AGENT = """\
bash cmd.sh
code=$$?
if [ $$code -ne 0 ]; then
  echo '{"level":"error","ts":"2026-02-03T10:11:12.$m''Z","logger":"agent","msg":"job failed","job":"$sample","exit_code":'$$code'}'
fi
echo '{"level":"info","ts":"2026-02-03T10:11:12.$m''Z","logger":"agent","msg":"uploading logs","bytes":$n}'
exit $$code
"""
_SLURM = """\
bash cmd.sh
code=$$?
if [ $$code -ne 0 ]; then
  echo "srun: error: cn$m: task 0: Exited with exit code $$code" >&2
  echo "slurmstepd: error: *** STEP 88$n.0 ON cn$m CANCELLED AT 2026-02-03T10:11:12 ***" >&2
  echo "srun: error: cn$m: tasks 1-3: Terminated" >&2
fi
exit $$code
"""
_SNAKEFILE = 'rule all:\n    input: "$sample.$n.out"\nrule step_$d:\n    output: "$sample.$n.out"\n    shell: "bash cmd.sh > {output}"\n'
_TOOL = """\
cwlVersion: v1.2
class: CommandLineTool
id: step_$d
baseCommand: [bash, -c, "cd $here && bash cmd.sh"]
inputs: []
outputs: []
"""

Around = Callable[[Path, dict[str, str]], list[str]]


def _file(name: str, template: str, *words: str, **more: str) -> Around:
    def write(here: Path, own: dict[str, str]) -> list[str]:
        (here / name).write_text(Template(template).substitute(own | more | {"here": str(here)}), "utf-8")
        return list(words)

    return write


_BARE: Around = lambda _here, _own: ["bash", "cmd.sh"]  # noqa: E731
_AROUND: tuple[tuple[Around, ...], ...] = (
    (_BARE,),
    (_file("run.sh", _SCRIPT, "bash", "run.sh"),),
    (
        _file("around.mk", _MAKEFILE, "make", "-f", "around.mk"),
        _file("around.ninja", _NINJA, "ninja", "-f", "around.ninja"),
        lambda _here, own: ["parallel", "--tag", "bash cmd.sh {} < /dev/null", ":::", own["sample"]],
        lambda _here, _own: ["bash", "-c", "echo cmd.sh | xargs -n 1 bash"],
    ),
    (
        _file("pipeline.py", _PIPELINE, "python3", "pipeline.py"),
        _file("relay.py", _RELAY, "python3", "relay.py", style="glog"),
        _file("relay.py", _RELAY, "python3", "relay.py", style="toil"),
        _file("relay.py", _RELAY, "python3", "relay.py", style="container"),
    ),
    (
        _file("agent.sh", _AGENT, "bash", "agent.sh"),
        _file("slurm.sh", _SLURM, "bash", "slurm.sh"),
        _file("around.smk", _SNAKEFILE, "snakemake", "-s", "around.smk", "--cores", "1", "--nocolor"),
        _file("around.cwl", _TOOL, "cwltool", "--no-container", "--preserve-entire-environment", "around.cwl"),
    ),
)
"""One row a run; the cause's name decides which of the row it gets."""


def surrounded(key: str, run: int, here: Path, own: dict[str, str]) -> list[str]:
    """The command line of this run, its files written into `here`."""
    row = _AROUND[run % len(_AROUND)]
    words = row[crc32(f"{key} {run}".encode()) % len(row)](here, own)
    return words if shutil.which(words[0]) else ["bash", "cmd.sh"]

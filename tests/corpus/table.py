"""The table of how well the engine reads the corpus, on the terminal and in the program's help."""

import time
from pathlib import Path

from tests.corpus.halves import KINDS, causes, failures, successes
from tests.corpus.library import Log
from tests.corpus.measure import (
    Figures,
    baseline_groups,
    baseline_line,
    engine_groups,
    figures,
    seen_in,
)
from tests.corpus.planted import judged
from tui.domain.signature import find_error
from tui.settings.rules import failure_rules

__all__ = ["HELP", "table"]

HELP = Path(__file__).parents[2] / "tui" / "help" / "triage.md"
_SEPARATOR = "<!-- made by python -m tests.corpus: begin -->"
_END = "<!-- made by python -m tests.corpus: end -->"
_BASELINE = "last line with an error word"


def _row(name: str, worth: Figures) -> str:
    klass = "-" if worth.right_class is None else f"{worth.right_class:.3f}"
    return f"| {name} | {worth.causes} | {worth.logs:,} | {worth.purity:.3f} | {worth.completeness:.3f} | {klass} |"


def _both(name: str, logs: list[Log]) -> list[str]:
    return [
        _row(name, figures(engine_groups(logs, failure_rules()), causes())),
        _row(f"{name}, {_BASELINE}", figures(baseline_groups(logs), causes())),
    ]


def table() -> str:
    """The whole table, in Markdown."""
    lines = ["| logs | causes | logs | purity | completeness | right class |", "|---|--:|--:|--:|--:|--:|"]
    lines += _both("building half", failures(check=False))
    lines += _both("checking half", failures(check=True))
    lines += _both("checking half, recorded only", failures(check=True, written=False))
    for kind, name in KINDS.items():
        logs = [log for log in failures(check=True) if causes()[log.cause].kind == kind]
        if logs:
            lines.append(_row(f"checking half, {name}", figures(engine_groups(logs, failure_rules()), causes())))
    lines += ["", f"| by the log's words alone | logs | a failure is seen in | {_BASELINE} |", "|---|--:|--:|--:|"]
    for title, of in (("end well", successes), ("failed", failures)):
        for half, check in (("building half", False), ("checking half", True)):
            logs = of(check=check)
            ours, theirs = seen_in(logs, find_error), seen_in(logs, baseline_line)
            lines.append(f"| {half}, {title} | {len(logs):,} | {ours:.3f} | {theirs:.3f} |")
    found = judged()
    lines += ["", "| planted batches | factors | precision | recall |", "|---|--:|--:|--:|"]
    lines.append(f"| 200 | {found.planted} | {found.precision:.3f} | {found.recall:.3f} |")
    return "\n".join(lines)


def speed() -> str:
    """Processor time of a 64 KiB tail and of 10,000 logs of 4 KiB; not in the help, for it is this machine's."""
    logs = [log.text for log in failures(check=False)]
    tail = "\n".join(logs)[-65_536:]
    begun = time.process_time()
    find_error(tail)
    one = time.process_time() - begun
    begun = time.process_time()
    for number in range(10_000):
        find_error(logs[number % len(logs)][-4096:])
    return f"a tail of 64 KiB: {one * 1000:.0f} ms; 10,000 logs of 4 KiB: {time.process_time() - begun:.1f} s"


def write_help(text: str) -> None:
    """Put the table into the help, in place of the one that stands there."""
    before, _, rest = HELP.read_text("utf-8").partition(_SEPARATOR)
    after = rest.partition(_END)[2]
    HELP.write_text(f"{before}{_SEPARATOR}\n{text}\n{_END}{after}", "utf-8")

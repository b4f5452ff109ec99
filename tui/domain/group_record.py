"""A failure group as JSON: what `triage -o json` prints and `v` shows."""

from tui.domain.record import Record, money, time_text
from tui.domain.triage import Group

__all__ = ["group_record"]


def group_record(group: Group, *, explain: bool = False) -> Record:
    """The group as documented. Money of several currencies is never added: the largest sum stands."""
    record: Record = {
        "signature": group.signature,
        "class": group.klass.value,
        "count": group.count,
        "first": time_text(group.first),
        "last": time_text(group.last),
        "cost_lost": money(next(iter(group.cost_lost.amounts), None)),
        "common": [
            {
                "field": common.field,
                "value": common.value,
                "failed": common.failed,
                "of_failed": common.of_failed,
                "succeeded": common.succeeded,
                "of_succeeded": common.of_succeeded,
            }
            for common in group.common
        ],
        "line_number": group.line_number,
        "role": group.role.value,
        "explained": group.explained,
        "source": group.source,
        "samples": [str(ref) for ref in group.samples],
        "refs": [str(ref) for ref in group.refs],
    }
    if explain and (why := group.explanation) is not None:
        record["explain"] = {
            "line": why.line,
            "role": group.role.value,
            "neighbours": list(why.neighbours),
            "others": [{"line_number": number, "role": role.value} for number, role in why.others],
            "class_from": list(why.because),
            "second_class": why.runner_up.value if why.runner_up else None,
            "masked": why.masked,
            "key": why.key,
            "suggestion": group.suggestion,
        }
    return record

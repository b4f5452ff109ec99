"""The documented oddities of Qarnot's answers, switched on one by one (section 10 of the contract)."""

from typing import Any

__all__ = ["ODDITIES", "twist"]

ODDITIES = frozenset(
    {
        "nulls",  # Q1: null where the specification allows it and the official client does not
        "long-dates",  # Q2: seven digits of fraction
        "ticks",  # Q3: timespans with seven digits
        "camel-carbon",  # Q9: the specification's names
        "storage",  # Q13: a storage address, so that the official client asks for /info and an S3 client
        "get-moves-cursor",  # section 5: a GET advances the cursor that POST reads from
        "literal-commas",  # 8.1: a comma in ?tag= is part of the tag
        "old-payload",  # 3.1: payloads of 2022 lack fields
        "old-words",  # section 4: DownloadingResults
        "full-quota",  # Q14: the task quota is reached, by ended tasks too
        "unknown-status",
        "unknown-keys",
    }
)

_NULLED = (
    "errors", "completedInstances", "constants", "hardwareConstraints", "privileges", "retrySettings",
    "secretsAccessRights", "forcedNetworkRules",
)  # fmt: skip
_NEW = ("clusterInfo", "totalInstanceCount", "advancedRanges", "schedulingType", "projectUuid", "retrySettings")
_DATES = ("creationDate", "stateTransitionTime", "lastModified", "endDate", "previousStateTransitionTime")


def twist(row: dict[str, Any], odd: frozenset[str]) -> dict[str, Any]:
    """The task as an old, new or careless server would send it."""
    if not odd:
        return row
    row = dict(row)
    if "nulls" in odd:
        row |= {key: None for key in _NULLED if key in row and not row[key]}
    if "long-dates" in odd:
        row |= {key: row[key][:-1] + ".1234567Z" for key in _DATES if isinstance(row.get(key), str)}
    if "ticks" in odd:
        row |= {key: f"{row[key]}.1000003" for key in ("executionTime", "wallTime") if row.get(key)}
    if "old-payload" in odd:
        row = {key: value for key, value in row.items() if key not in _NEW}
    if "old-words" in odd:
        for key in ("state", "previousState"):
            row[key] = "DownloadingResults" if row.get(key) == "UploadingResults" else row.get(key)
    if "unknown-status" in odd and str(row.get("state", "")).endswith("Executing"):
        row["state"] = "Hibernating"
    if "unknown-keys" in odd:
        row["carbonBudget"] = {"grams": 7}
    return row

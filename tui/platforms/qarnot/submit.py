"""Tasks from rows of parameters: a profile with its constants. Qarnot has no drafts, so each starts when it is made."""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, TypeAdapter

from tui.domain.action import Accepted
from tui.domain.errors import Forbidden, NotFound, Rejected
from tui.domain.submission import Checked, Flaw, Row, Submission, words
from tui.domain.task import TaskRef
from tui.domain.text import plain
from tui.platforms.gather import gather
from tui.platforms.http import ApiClient
from tui.platforms.qarnot.wire import CREATED

__all__ = ["Submitter"]

_AT_ONCE = 4
_PLAIN = {
    "name": "name", "profile": "profile", "shortname": "shortname", "pool": "poolUuid", "job": "jobUuid",
    "results": "resultBucket", "scheduling": "schedulingType", "range": "advancedRanges",
}  # fmt: skip
"""Columns that are texts, and what the API calls them."""
_LISTS = {"tags": ("tags", 10), "resources": ("resourceBuckets", 100)}
"""Columns that are lists, and how many the platform takes."""
_COLUMNS = frozenset({*_PLAIN, *_LISTS, "instances"})
_CONSTANT = "constant."
"""Before a constant that the profile does not name."""
_INPUT = "in."
_KEY = re.compile(r"[A-Za-z0-9_.-]{1,2048}")
_LONGEST = 2048
_MOST_CONSTANTS = 150


class _Constant(BaseModel):
    model_config = ConfigDict(extra="ignore")

    name: str


class _Profile(BaseModel):
    model_config = ConfigDict(extra="ignore")

    constants: list[_Constant] | None = None


_PROFILE = TypeAdapter(_Profile)


class Submitter:
    """What the rows of a file ask for, on one account."""

    starts = True
    """There are no drafts."""

    def __init__(self, client: ApiClient, account: str) -> None:
        self._client = client
        self._account = account

    async def check(self, rows: Sequence[Row]) -> Checked:
        """Every row against its profile; nothing is made. One call a profile."""
        names = list(dict.fromkeys(name for row in rows if (name := row.text("profile"))))
        known = dict(zip(names, await gather(self._constants, names, _AT_ONCE), strict=True))
        submissions, flaws = [], list[Flaw]()
        for row in rows:
            body, wrong = _read(row, known)
            flaws += wrong
            if not wrong:
                profile = body.get("profile")
                where = f"profile {profile}" if profile else f"pool {body.get('poolUuid')}"
                count = body.get("instanceCount", 0) or str(body.get("advancedRanges"))
                what = f"a task of {where} with {count} instance{'' if count == 1 else 's'}, which starts at once"
                submissions.append(Submission(row, plain(str(body["name"]), 200), plain(what, 300), body))
        return Checked(tuple(submissions), tuple(flaws))

    async def submit(self, submissions: Sequence[Submission]) -> Accepted:
        """One task, which starts. Source: `POST /tasks`; section 3.7."""
        (one,) = submissions
        doing = f"starting the task of {one.row.place}"
        answer = await self._client.act("POST", "/tasks", dict(one.body), doing=doing, into=CREATED)
        return Accepted(new=TaskRef(self._account, answer.value.uuid))

    async def _constants(self, profile: str) -> list[str] | str:
        """The names of a profile's constants, or why they cannot be had. Source: `GET /profiles/{name}`."""
        try:
            path = f"/profiles/{quote(profile, safe='')}"
            answer = await self._client.get(path, doing=f"reading the profile {profile}", into=_PROFILE)
        except (NotFound, Forbidden, Rejected):
            return f"there is no profile {plain(profile, 80)} for this account"
        return [constant.name for constant in answer.value.constants or ()]


def _read(row: Row, profiles: Mapping[str, list[str] | str]) -> tuple[dict[str, Any], list[Flaw]]:
    """The body of one row, and what is wrong with it."""
    flaws: list[Flaw] = []
    body: dict[str, Any] = {"name": row.text("name") or ""}
    constants: dict[str, str] = {}
    found = profiles.get(row.text("profile") or "", [])
    if isinstance(found, str):
        return body, [Flaw(row, "profile", found)]

    def wrong(column: str | None, why: str) -> None:
        flaws.append(Flaw(row, column, why))

    for column, given in row.values.items():
        text = row.text(column) or ""
        if column in _PLAIN:
            body[_PLAIN[column]] = text
        elif column in _LISTS:
            member, most = _LISTS[column]
            body[member] = words(given)
            if len(body[member]) > most:
                wrong(column, f"Qarnot takes at most {most}")
        elif column == "instances":
            if not re.fullmatch(r"[1-9]\d{0,6}", text):
                wrong(column, f"{plain(text, 40)!r} is not a number of instances")
            else:
                body["instanceCount"] = int(text)
        else:
            key = column.removeprefix(_INPUT).removeprefix(_CONSTANT)
            if not column.startswith(_CONSTANT) and key not in found:
                known = ", ".join(found) or "none"
                wrong(
                    column,
                    f"the profile has no such constant; it has {known}. To send it all the same: {_CONSTANT}{key}",
                )
            elif not _KEY.fullmatch(key) or len(text) > _LONGEST:
                wrong(column, f"a constant has letters, digits, '_', '-' and '.', and at most {_LONGEST} characters")
            else:
                constants[key] = text
    if len(constants) > _MOST_CONSTANTS:
        wrong(None, f"Qarnot takes at most {_MOST_CONSTANTS} constants")
    if constants:
        body["constants"] = [{"key": key, "value": value} for key, value in constants.items()]
    _complete(body, wrong)
    return body, flaws


def _complete(body: dict[str, Any], wrong: Any) -> None:
    """What a task needs, and what excludes each other."""
    if not 0 < len(body["name"]) <= _LONGEST:
        wrong("name", f"a task needs a name of 1 to {_LONGEST} characters")
    if not body.get("profile") and not body.get("poolUuid") and not body.get("jobUuid"):
        wrong("profile", "which profile? write a column profile, or --set profile=NAME")
    if "advancedRanges" in body and "instanceCount" in body:
        wrong("range", "instances and range exclude each other")
    if "poolUuid" in body and "jobUuid" in body:
        wrong("pool", "pool and job exclude each other; a job's tasks go to the job's pool")
    if "advancedRanges" in body and not re.fullmatch(r"\d+(-\d+)?(,\d+(-\d+)?)*", body["advancedRanges"]):
        wrong("range", "write numbers and ranges, such as 0-9,12")
    if "advancedRanges" not in body:
        body.setdefault("instanceCount", 1)

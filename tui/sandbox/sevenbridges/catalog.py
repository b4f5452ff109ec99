"""What stands round the tasks of a Seven Bridges account: people, projects, apps, money. Rows as the API shows them."""

import uuid
from typing import Any

from tui.sandbox.sevenbridges.names import PIPELINES, PROJECTS, USERS
from tui.sandbox.sevenbridges.refused import Refused

__all__ = ["GROUP", "app_row", "app_rows", "group_row", "project_rows", "user_row"]

GROUP = str(uuid.UUID(int=7))
"""The one billing group."""


def user_row(base: str, account: str, name: str) -> dict[str, Any]:
    """A person, or the platform's refusal."""
    if name not in USERS[account]:
        raise Refused(404, 2002, "Requested user does not exist.")
    return {
        "href": f"{base}/users/{name}", "username": name, "email": f"{name}@example.org", "first_name": name,
        "last_name": "", "affiliation": "Sandbox Institute", "phone": "", "address": "", "city": "", "state": "",
        "country": "", "zip_code": "", "role": "MEMBER",
    }  # fmt: skip


def project_rows(base: str, account: str) -> list[dict[str, Any]]:
    """All projects."""
    return [
        {
            "href": f"{base}/projects/{id_}", "id": id_, "name": id_.split("/")[1], "type": "v2", "description": "",
            "tags": [], "billing_group": GROUP, "settings": {}, "created_by": id_.split("/")[0],
            "created_on": "2024-01-01T00:00:00Z", "modified_on": "2024-01-01T00:00:00Z", "category": "PRIVATE",
        }
        for id_ in PROJECTS[account]
    ]  # fmt: skip


def app_rows(base: str, project: str) -> list[dict[str, Any]]:
    """The apps of a project."""
    return [
        {"href": f"{base}/apps/{project}/{p.app}", "id": f"{project}/{p.app}/{p.revision}", "name": p.app,
         "project": project, "revision": p.revision}
        for p in PIPELINES
    ]  # fmt: skip


def app_row(base: str, path: str) -> dict[str, Any]:
    """One app with a short CWL, or that alone where the path ends in `/raw`."""
    parts = path.removesuffix("/raw").split("/")
    pipeline = next((p for p in PIPELINES if len(parts) > 2 and p.app == parts[2]), None)
    if pipeline is None:
        raise Refused(404, 6002, "Requested app does not exist.")
    inputs = [
        {"id": pipeline.port, "type": {"type": "array", "items": "File"}},
        {"id": "threads", "type": ["null", "int"]},
        {"id": "prefix", "type": "string?"},
        {"id": "mode", "type": ["null", {"type": "enum", "symbols": ["fast", "sensitive"]}]},
    ]
    cwl = {"class": "Workflow", "cwlVersion": "v1.2", "id": pipeline.app, "inputs": inputs}
    if path.endswith("/raw"):
        return cwl
    id_ = "/".join(parts[:3])
    return {
        "href": f"{base}/apps/{id_}", "id": f"{id_}/{pipeline.revision}", "name": pipeline.app,
        "project": "/".join(parts[:2]), "revision": pipeline.revision, "raw": cwl,
    }  # fmt: skip


def group_row(base: str, id_: str) -> dict[str, Any]:
    """The billing group, or the platform's refusal."""
    if id_ != GROUP:
        raise Refused(404, 4002, "Requested billing group does not exist.")
    return {
        "href": f"{base}/billing/groups/{GROUP}", "id": GROUP, "name": "Sandbox billing", "type": "regular",
        "owner": "sandbox", "pending": False, "disabled": False, "privileges": {},
        "balance": {"currency": "USD", "amount": 812.4},
    }  # fmt: skip

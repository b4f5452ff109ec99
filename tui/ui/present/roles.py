"""Pieces of text in the roles of the theme, as Textual draws them."""

from collections.abc import Iterable

from textual.content import Content

from tui.domain.status import TaskStatus

__all__ = ["ROLE_OF", "drawn", "style"]

_ROLES = frozenset({"ink", "dim", "faint", "accent", "run", "done", "fail", "warn", "abort", "rule"})
ROLE_OF = {
    TaskStatus.DRAFT: "dim",
    TaskStatus.QUEUED: "dim",
    TaskStatus.STARTING: "run",
    TaskStatus.RUNNING: "run",
    TaskStatus.FINISHING: "run",
    TaskStatus.DONE: "done",
    TaskStatus.FAILED: "fail",
    TaskStatus.ABORTED: "abort",
    TaskStatus.UNKNOWN: "warn",
}
"""The role each status is drawn in."""


def style(role: str) -> str:
    """`bold fail` as Textual wants it: `bold $fail`."""
    return " ".join(f"${word}" if word in _ROLES else word for word in role.split())


def drawn(parts: Iterable[tuple[str, str]]) -> Content:
    """The pieces side by side; text is never markup."""
    return Content.assemble(*((text, style(role)) for text, role in parts))

"""What the clipboard can hold of a task on a platform that is reached over HTTP."""

import shlex

from tui.platforms.account import Snippet

__all__ = ["curl"]


def curl(header: str, address: str) -> Snippet:
    """The call that shows a task, with the token as a variable: it never stands in what is copied."""
    line = f'curl -sS -H "{header}: $TOKEN" {shlex.quote(address)}'
    return Snippet("curl", line)

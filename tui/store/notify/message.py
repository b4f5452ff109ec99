"""One message, and the forms in which the receivers of webhooks want it."""

import json
from dataclasses import asdict, dataclass, field
from typing import Any

from tui.domain.redact import redacted, redacted_value
from tui.domain.text import plain

__all__ = ["Message", "payload"]

_LINE = 300
_REFS = 20
"""References that a message names."""
_SLACK = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_MARKS = "\\`*_{}[]()#|!~<>@"
_PRIORITY = {"failed": 4, "aborted": 3}


@dataclass(frozen=True, slots=True)
class Message:
    """What somebody is told: cleaned, without secrets."""

    title: str
    text: str
    status: str
    """What the tasks are now."""
    count: int
    """How many tasks it is about."""
    rules: tuple[str, ...] = ()
    """The rules that asked for it."""
    signature: str | None = None
    """Why they failed."""
    refs: tuple[str, ...] = ()
    task: dict[str, Any] = field(default_factory=dict)
    """The task, or the batch, as `taskdeck tasks -o json` prints it."""

    @classmethod
    def of(cls, title: str, text: str, **rest: Any) -> "Message":
        """A message whose texts are made harmless: they come from other people."""
        refs = tuple(rest.pop("refs", ()))[:_REFS]
        return cls(plain(redacted(title), _LINE), plain(redacted(text), 4 * _LINE), refs=refs, **rest)

    @property
    def json(self) -> str:
        """As one JSON object in one line."""
        return json.dumps(redacted_value(asdict(self)), default=str)

    @classmethod
    def read(cls, text: str) -> "Message":
        """What `json` wrote.

        Raises:
            ValueError, TypeError: It is something else.
        """
        value = json.loads(text)
        return cls(**value | {"rules": tuple(value["rules"]), "refs": tuple(value["refs"])})


def payload(message: Message, shape: str) -> tuple[bytes, dict[str, str]]:
    """The body and further headers of a webhook's POST.

    Args:
        message: What to say.
        shape: One of `SHAPES`.
    """
    match shape:
        case "slack":
            value: Any = {"text": f"*{_escaped(message.title)}*\n{message.text.translate(_SLACK)}"}
        case "mattermost":
            value = {"text": f"**{_marked(message.title)}**\n{_marked(message.text)}"}
        case "discord":
            value = {
                "content": f"**{_marked(message.title)}**\n{_marked(message.text)}"[:2000],
                "allowed_mentions": {"parse": []},
            }
        case "ntfy":
            headers = {"Title": _header(message.title), "Priority": str(_PRIORITY.get(message.status, 3))}
            return message.text.encode(), headers | {"Content-Type": "text/plain; charset=utf-8"}
        case _:
            return message.json.encode(), {"Content-Type": "application/json"}
    return json.dumps(value).encode(), {"Content-Type": "application/json"}


def _escaped(text: str) -> str:
    """For Slack inside `*`: nothing that ends the bold or begins a mention."""
    return text.translate(_SLACK).replace("*", "\u2217")


def _marked(text: str) -> str:
    """Text of other people as Markdown shows it; a zero-width space keeps `@all` from being a mention."""
    return "".join(f"\\{c}" if c in _MARKS else c for c in text).replace("\\@", "@\u200b")


def _header(text: str) -> str:
    """A header's value: printable ASCII."""
    return "".join(c if " " <= c <= "~" else "?" for c in text)

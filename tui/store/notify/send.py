"""The ways out of the program: a command, a webhook, mail. Each raises `NotSent` with a reason that holds no secret."""

import asyncio
import contextlib
import shutil
from collections.abc import Callable, Sequence
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from tui.domain.errors import ConfigError
from tui.domain.text import plain
from tui.settings.notify import Notify, Outward
from tui.settings.secrets import read_token
from tui.store.notify.message import Message, payload

__all__ = ["NotSent", "Senders"]

_SECONDS = 30.0
"""A command that takes longer is ended."""
_SENDMAIL = ("/usr/sbin/sendmail", "/usr/lib/sendmail")


class NotSent(Exception):
    """It did not go out, and why, in words for a person."""


class Senders:
    """The configured ways."""

    def __init__(
        self,
        notify: Notify,
        outward: Outward,
        *,
        transport: Any = None,
        which: Callable[[str], str | None] = shutil.which,
    ) -> None:
        """With `transport` another network than the real one, with `which` other programs; for tests."""
        self._notify, self._outward = notify, outward
        self._transport = transport
        self._which = which

    @property
    def ways(self) -> frozenset[str]:
        """Those of command, webhook and mail that are configured."""
        found = {"command": self._outward.command, "webhook": self._outward.webhook, "mail": self._notify.mail}
        return frozenset(way for way, value in found.items() if value)

    async def send(self, way: str, message: Message) -> None:
        """Send it one way.

        Raises:
            NotSent: It did not go.
        """
        match way:
            case "command":
                await _run(self._outward.command, message.json.encode() + b"\n")
            case "webhook":
                await self._post(message)
            case "mail":
                await self._mail(message)
            case _:
                raise NotSent(f"there is no way {way}")

    async def _post(self, message: Message) -> None:
        # Here, and not above: httpx takes long to load, and most runs send nothing.
        from tui.platforms.http import PostFailed, post

        if self._outward.webhook is None:
            raise NotSent("no webhook is configured")
        body, headers = payload(message, self._notify.shape)
        try:
            # Read each time, so that an address that was renewed is used.
            address = await asyncio.to_thread(read_token, self._outward.webhook)
            await post(address, body, headers, transport=self._transport)
        except ConfigError as error:
            raise NotSent(f"the webhook's address cannot be read: {error}") from None
        except PostFailed as error:
            raise NotSent(f"the webhook: {error}") from None

    async def _mail(self, message: Message) -> None:
        program = self._which("sendmail") or await asyncio.to_thread(_sendmail)
        if program is None:
            raise NotSent("there is no sendmail on this machine")
        mail = EmailMessage()
        mail["To"] = self._notify.mail
        mail["Subject"] = f"taskdeck: {message.title}"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content("\n".join((message.text, "", *message.refs)) + "\n")
        await _run((program, "-oi", "-t"), mail.as_bytes())


def _sendmail() -> str | None:
    """Where it lies on systems that keep it off the path."""
    return next((path for path in _SENDMAIL if Path(path).exists()), None)


async def _run(words: Sequence[str], given: bytes) -> None:
    """Run a program with something on its standard input; its output goes nowhere.

    Raises:
        NotSent: It cannot be started, failed, or did not end.
    """
    name = plain(words[0], 100)
    try:
        process = await asyncio.create_subprocess_exec(
            *words, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
        )  # fmt: skip
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "a word of it cannot be an argument"
        raise NotSent(f"{name} cannot be started: {why}") from None
    try:
        async with asyncio.timeout(_SECONDS):
            _, complained = await process.communicate(given)
    except TimeoutError:
        raise NotSent(f"{name} did not end within {_SECONDS:.0f} s") from None
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    if process.returncode:
        last = (complained.decode("utf-8", "replace").strip().splitlines() or [""])[-1]
        raise NotSent(f"{name} ended with {process.returncode}{': ' + plain(last, 200) if last else ''}")

"""How the pretended Seven Bridges says no."""

from typing import Any

__all__ = ["Refused"]


class Refused(Exception):
    """The platform says no, with its own number."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message

    def body(self) -> dict[str, Any]:
        """The error as JSON."""
        more = f"http://docs.sevenbridges.com/docs/api-status-codes#section-{self.code}"
        return {"status": self.status, "code": self.code, "message": self.message, "more_info": more}

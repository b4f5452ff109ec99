"""How the pretended Qarnot says no."""

__all__ = ["Refused", "Unsupported"]


class Refused(Exception):
    """The platform says no."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status, self.message = status, message


class Unsupported(Exception):
    """The body is not declared as JSON: 415 with ProblemDetails."""

"""How the pretended Qarnot says no."""

__all__ = ["Refused"]


class Refused(Exception):
    """The platform says no."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status, self.message = status, message

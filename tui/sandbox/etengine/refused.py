"""How the pretended ET Engine says no."""

__all__ = ["Refused"]


class Refused(Exception):
    """An HTTP status and one line of plain text (section 3)."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status, self.text = status, text

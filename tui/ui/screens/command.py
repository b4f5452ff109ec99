"""`:`: one line to type a command into."""

from tui.ui.screens.ask import AskScreen

__all__ = ["CommandScreen"]


class CommandScreen(AskScreen):
    """Answers the text, or None."""

    def __init__(self) -> None:
        super().__init__("command", "")

"""`python -m tests.support.small_demo WORDS` is `taskdeck WORDS`, whose demo has few tasks.

What is looked at in a terminal is there with a hundred as with two thousand, two seconds earlier.
"""

from functools import cache
from typing import Any

from tui.cli import demo
from tui.cli.main import run

__all__ = ["shrink"]


def shrink() -> None:
    """Let the demo's world be small."""

    @cache
    def world() -> Any:
        from tui.sandbox.app import demo_app

        return demo_app(tasks=100)

    demo._world = world


if __name__ == "__main__":
    shrink()
    run()

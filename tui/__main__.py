"""`python -m tui` is `taskdeck`."""

from tui.cli.main import run

if __name__ == "__main__":
    run()

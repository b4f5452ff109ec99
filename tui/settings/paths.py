"""Where things are kept: one function a place, XDG variables first on every system.

There is no runtime directory: without `XDG_RUNTIME_DIR` platformdirs names one under /tmp, which others can take.
"""

import os
from pathlib import Path

import platformdirs

__all__ = ["cache_dir", "config_dir", "config_file", "data_dir", "log_dir", "report_dir", "state_dir"]

_APP = "taskdeck"


def _place(variable: str, native: Path) -> Path:
    """The XDG variable's directory where it is set to an absolute path, as its specification says; else the native."""
    value = os.environ.get(variable, "")
    return Path(value, _APP) if value and Path(value).is_absolute() else native


def config_dir() -> Path:
    """What the user writes: `config.toml`, keys, aliases, views, themes."""
    return _place("XDG_CONFIG_HOME", platformdirs.user_config_path(_APP, appauthor=False))


def data_dir() -> Path:
    """What cannot be made again: history, journal, notes."""
    return _place("XDG_DATA_HOME", platformdirs.user_data_path(_APP, appauthor=False))


def cache_dir() -> Path:
    """What can be deleted at any time."""
    return _place("XDG_CACHE_HOME", platformdirs.user_cache_path(_APP, appauthor=False))


def state_dir() -> Path:
    """What is nice to have again: command history, logs, reports."""
    return _place("XDG_STATE_HOME", platformdirs.user_state_path(_APP, appauthor=False))


def log_dir() -> Path:
    """Log files."""
    return state_dir() / "log"


def report_dir() -> Path:
    """Reports of our own faults (R9)."""
    return state_dir() / "reports"


def config_file(explicit: Path | None = None) -> tuple[Path, bool]:
    """The configuration file, and whether the user asked for this one (so that it has to be there).

    Order: `explicit` (the `--config` option), `TASKDECK_CONFIG`, the config directory.
    """
    if explicit is not None:
        return explicit, True
    if named := os.environ.get("TASKDECK_CONFIG"):
        return Path(named).expanduser(), True
    return config_dir() / "config.toml", False

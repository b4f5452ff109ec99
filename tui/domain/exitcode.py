"""How a process ended, in words: one way to say it for screens, signatures and commands."""

__all__ = ["EXIT_WORDS", "SIGNALS", "exit_text", "signal_name"]

SIGNALS = {
    1: "SIGHUP", 2: "SIGINT", 3: "SIGQUIT", 4: "SIGILL", 5: "SIGTRAP", 6: "SIGABRT", 7: "SIGBUS", 8: "SIGFPE",
    9: "SIGKILL", 10: "SIGUSR1", 11: "SIGSEGV", 12: "SIGUSR2", 13: "SIGPIPE", 14: "SIGALRM", 15: "SIGTERM",
    24: "SIGXCPU", 25: "SIGXFSZ", 31: "SIGSYS",
}  # fmt: skip
"""Linux's numbers, for that is where tasks run; the machine that this program runs on may have others."""


_WRAPPED = frozenset({3, 4, 6, 7, 8, 9, 11, 13, 14, 15, 24, 25})
"""Signals that are looked for behind 256-n: how a process that was told to exit with -n is seen to end. 255 and 254
are codes that programs choose themselves."""
EXIT_WORDS = {125: "the container did not start", 126: "cannot be executed", 127: "command not found", 124: "timed out"}
"""What shells and container engines mean by a code."""


def signal_name(code: int | None) -> str | None:
    """The signal that an exit code stands for, in each of its three notations: 137, -9 and 247 are SIGKILL; None where
    it stands for none."""
    if code is None:
        return None
    if code > 200:
        return SIGNALS[256 - code] if 256 - code in _WRAPPED else None
    return SIGNALS.get(-code if code < 0 else code - 128)


def exit_text(code: int | None) -> str:
    """`exit 1`; with the signal that ended it: `exit 137 (SIGKILL)`; empty for none."""
    if code is None:
        return ""
    name = signal_name(code)
    return f"exit {code} ({name})" if name else f"exit {code}"

"""How a job ended: the pair of exit code and signal, in each form that Slurm writes it in."""

from dataclasses import dataclass

from tui.domain.exitcode import exit_text

__all__ = ["Exit"]

_OUTPUT = 53
"""No signal: the output file could not be opened."""
_MEMORY = 125
"""No signal either: the memory limit."""
_SIGNALS = 64


@dataclass(frozen=True, slots=True)
class Exit:
    """`CODE:SIGNAL`."""

    code: int
    signal: int

    @classmethod
    def parse(cls, text: str) -> "Exit | None":
        """`7:0`, or the raw wait status of older versions (1792), where a signal leaves no code; None for no such."""
        code, colon, signal = text.strip().partition(":")
        if colon and code.isdigit() and signal.isdigit():
            return cls(int(code), int(signal))
        if not code.isdigit():
            return None
        raw = int(code)
        return cls(0, raw & 127) if raw & 127 else cls(raw >> 8, 0)

    def __str__(self) -> str:
        return f"{self.code}:{self.signal}"

    @property
    def is_zero(self) -> bool:
        """Neither a code nor a signal."""
        return self.code == 0 and self.signal == 0

    @property
    def shell_code(self) -> int | None:
        """As a shell would say it: 128 and the signal; None for Slurm's own numbers, which are neither."""
        if self.signal in {_OUTPUT, _MEMORY} or self.signal > _SIGNALS:
            return None
        return 128 + self.signal if self.signal else self.code

    @property
    def is_output(self) -> bool:
        """The output file could not be opened, so the script never began."""
        return self.signal == _OUTPUT

    @property
    def words(self) -> str:
        """`exit 7`, `exit 127 (command not found)`, `signal 11 (SIGSEGV)`."""
        if self.is_output:
            return "the output file could not be opened"
        if self.signal == _MEMORY:
            return "the memory limit"
        code = self.shell_code
        if code is None:
            return str(self)
        if code == 126:
            return "exit 126 (not executable)"
        if code == 127:
            return "exit 127 (command not found)"
        return exit_text(code)

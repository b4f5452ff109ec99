"""Why instances fail in the Qarnot world, with what each failure leaves on stderr and in `errors`."""

from dataclasses import dataclass

__all__ = ["CAUSES", "Cause"]


@dataclass(frozen=True, slots=True)
class Cause:
    """One way to fail."""

    key: str
    code: str
    message: str
    """What the platform says; the API knows no exit code, only this sentence."""
    lines: tuple[str, ...]
    """The end of stderr."""
    weight: int = 1


CAUSES: tuple[Cause, ...] = (
    Cause("oom", "GHX0782I", "The container was killed: it used more memory than its machine has (exit code 137)", (
        "slurmstepd: warning: resident set {n} kB", "Killed",
    ), 5),
    Cause("diverged", "GHX0517E", "The process exited with code 1", (
        "--> FOAM FATAL ERROR: ", "Maximum number of iterations exceeded: 100 when starting from T0:{n} old T:{n}",
        "    From function Foam::species::thermo<Thermo, Type>::T(...)", "FOAM exiting",
    ), 4),
    Cause("sigfpe", "GHX0517E", "The process exited with code 136", (
        "#0  Foam::error::printStack(Foam::Ostream&) at ??:?", "#1  Foam::sigFpe::sigHandler(int) at ??:?",
        "Floating point exception (core dumped)",
    ), 3),
    Cause("license", "GHX0517E", "The process exited with code 3", (
        "License server 27000@licences.example: all {n} seats of 'solver' are taken (-4,132)",
    ), 2),
    Cause("missing", "GHX0517E", "The process exited with code 2", (
        "Error: Cannot read file '/job/case_{n}.blend': No such file or directory", "Blender quit",
    ), 3),
    Cause("disk", "GHX0610E", "The process exited with code 28", (
        "write /job/out/frame_{n}.exr: No space left on device",
    ), 2),
    Cause("python", "GHX0517E", "The process exited with code 1", (
        "Traceback (most recent call last):", "  File \"/job/price.py\", line {n}, in <module>",
        "    book = load(sys.argv[2])", "numpy.linalg.LinAlgError: Matrix is not positive definite",
    ), 2),
    Cause("image", "GHX0203E", "Cannot pull the docker image registry.example/solver:2.1: manifest unknown", (), 1),
)  # fmt: skip

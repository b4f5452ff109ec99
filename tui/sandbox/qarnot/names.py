"""What things are called in the Qarnot world: studies, machines, people's tags, jobs and pools."""

from dataclasses import dataclass

__all__ = ["ACCOUNTS", "MACHINES", "STUDIES", "Machine", "Study"]


@dataclass(frozen=True, slots=True)
class Study:
    """A kind of computation."""

    key: str
    profile: str
    title: str
    """The name's pattern; `{s}` is a case, `{n}` a number."""
    command: str
    minutes: float
    """Median minutes of one instance."""
    lines: tuple[str, ...]
    """What an instance prints while it works; `{k}` counts, `{x}` is a small figure, `{n}` a number."""
    tags: tuple[str, ...]
    cases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Machine:
    """A node type."""

    key: str
    cpu: str
    cores: int
    memory: int
    """MB."""
    clock: float
    """GHz at full power."""
    site: str
    rate: float
    """Euros a core and hour."""


STUDIES: tuple[Study, ...] = (
    Study("openfoam", "docker-batch", "openfoam {s} sweep {n}", "simpleFoam -parallel -case /job/{s}", 7, (
        "Time = {k}", "smoothSolver:  Solving for Ux, Initial residual = {x}, Final residual = {x}, No Iterations 4",
        "GAMG:  Solving for p, Initial residual = {x}, Final residual = {x}, No Iterations 7",
        "time step continuity errors : sum local = {x}, global = {x}", "ExecutionTime = {n} s  ClockTime = {n} s",
    ), ("cfd", "aero"), ("motorbike", "ahmed-body", "pitzDaily", "naca0012", "draft-tube")),
    Study("code-aster", "docker-batch", "code-aster {s} run {n}", "as_run /job/{s}.export", 22, (
        "# Commande : STAT_NON_LINE", "Instant de calcul: {x}", "    ITERATION {k}   RESI_GLOB_RELA {x}",
        "  Le critere de convergence est atteint, {n} iterations", "# Memoire (Mo) : {n}",
    ), ("fea",), ("bolted-flange", "reactor-vessel", "dam-face", "turbine-disc")),
    Study("blender", "blender", "blender {s} shot {n}", "blender -b {s}.blend -f FRAME", 5, (
        "Fra:{k} Mem:{n}M (Peak {n}M) | Time:00:12.4 | Syncing Suzanne", "Fra:{k} Mem:{n}M | Rendered {k}/64 Tiles",
        "Fra:{k} Mem:{n}M | Remaining:00:41.2 | Sample {k}/512", "Saved: '/job/frame_{k}.exr'",
    ), ("render", "film"), ("harbour", "spaceport", "forest-run", "opening-titles")),
    Study("lammps", "docker-batch", "lammps {s} {n}", "lmp -in in.{s}", 30, (
        "Step Temp E_pair E_mol TotEng Press", "    {k}00   {x}  -{x}   0  -{x}   {x}", "Loop time of {x} on 16 procs",
    ), ("md",), ("lj-melt", "copper-creep", "polymer-chain")),
    Study("gromacs", "docker-batch", "gromacs {s} replica {n}", "gmx mdrun -deffnm {s}", 45, (
        "step {k}00, remaining wall clock time: {n} s", "           Step           Time", "         {k}00      {x}",
    ), ("md", "bio"), ("villin", "membrane", "ligand-7")),
    Study("salome", "docker-batch", "salome mesh {s} {n}", "salome -t mesh_{s}.py", 4, (
        "Computing NETGEN_1D2D3D on {s}", "  {n} nodes, {n} volumes", "  quality: worst aspect ratio {x}",
    ), ("mesh",), ("gearbox", "manifold", "bracket")),
    Study("calculix", "docker-batch", "calculix {s} {n}", "ccx -i {s}", 12, (
        " increment {k} attempt 1", "  average force= {x}", "  largest residual force= {x} in node {n}", " convergence",
    ), ("fea",), ("crankshaft", "cantilever", "housing")),
    Study("montecarlo", "docker-batch", "var-{s} {n}", "python3 price.py --book {s}", 3, (
        "INFO path block {k} of 200", "INFO mean={x} stderr={x}", "INFO {n} paths/s",
    ), ("risk",), ("rates", "equity", "credit-xva")),
)  # fmt: skip

MACHINES: tuple[Machine, ...] = (
    Machine("8c-32g-intel", "Intel(R) Core(TM) i7-6900K CPU @ 3.20GHz", 8, 32_000, 3.2, "5f3c-lyon", 0.040),
    Machine("16c-64g-amd", "AMD Ryzen 9 5950X 16-Core Processor", 16, 64_000, 3.4, "5f3c-lyon", 0.045),
    Machine("28c-128g-intel", "Intel(R) Xeon(R) CPU E5-2680 v4 @ 2.40GHz", 28, 128_000, 2.4, "91aa-paris", 0.050),
    Machine("96c-512g-amd", "AMD EPYC 9654 96-Core Processor", 96, 512_000, 2.4, "c07e-bergamo", 0.055),
)

ACCOUNTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "lab": ("mesh.lab@example.org", ("openfoam", "code-aster", "lammps", "gromacs", "salome", "calculix")),
    "render": ("farm@studio.example", ("blender", "blender", "montecarlo", "salome")),
}
"""The account's e-mail address, and what it computes."""

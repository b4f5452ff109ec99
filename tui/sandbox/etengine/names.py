"""What runs on the pretended ET Engine: tools with their arguments, and filesystems."""

import uuid
from dataclasses import dataclass, field
from typing import Any

__all__ = ["FILESYSTEMS", "TOOLS", "Filesystem", "Tool"]

_NAMESPACE = uuid.UUID("6ba7b814-9dad-11d1-80b4-00c04fd430c8")


def _id(*parts: str) -> str:
    """A stable UUID of version 4's form."""
    return str(uuid.UUID(int=uuid.uuid5(_NAMESPACE, ":".join(parts)).int, version=4))


@dataclass(slots=True)
class Filesystem:
    """A shared disk that jobs see at `/filesystems/<name>/`."""

    id: str
    name: str

    @property
    def json(self) -> dict[str, str]:
        """Exactly the members the official client takes."""
        return {"filesystem_id": self.id, "filesystem_name": self.name}


@dataclass(slots=True)
class Tool:
    """A container image that takes its arguments as environment variables."""

    id: str
    name: str
    description: str
    minutes: float = 10.0
    """Median run time of a job."""
    cpu: int = 1
    memory: int = 256
    fixed: dict[str, Any] = field(default_factory=dict)
    varied: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Argument -> its values; the first is the one a planted failure depends on."""
    logs: bool = False
    """It takes `log_file`."""

    @property
    def json(self) -> dict[str, str]:
        """Exactly the members the official client takes."""
        return {"tool_id": self.id, "tool_name": self.name, "tool_description": self.description}


FILESYSTEMS = (Filesystem(_id("fs", "surveys"), "surveys"), Filesystem(_id("fs", "results"), "results"))


def _tool(name: str, description: str, **more: Any) -> Tool:
    return Tool(_id("tool", name), name, description, **more)


TOOLS = (
    _tool("porosity-mc", "Monte Carlo over porosity fields of a reservoir model", minutes=22, cpu=4, memory=16384,
          fixed={"model": "brugge-v3", "grid": "256x256x64"}, logs=True,
          varied={"block": ("A1", "A2", "B1", "B2", "C1", "C2", "D1", "D2"),
                  "porosity": tuple(f"{0.10 + k / 100:.2f}" for k in range(30))}),
    _tool("seismic-inv", "Full waveform inversion of one shot gather", minutes=48, cpu=8, memory=32768,
          fixed={"survey": "F3-Netherlands", "frequency": "12"}, logs=True,
          varied={"velocity_model": ("smooth", "layered", "salt", "marmousi", "overthrust"),
                  "damping": ("0.01", "0.05", "0.1")}),
    _tool("rtm-image", "Reverse time migration image of a shot", minutes=35, cpu=8, memory=65536,
          fixed={"survey": "Volve-2010", "dt": "0.002"}, logs=True,
          varied={"aperture": ("2000", "4000", "6000", "8000"), "wavelet": ("ricker", "ormsby")}),
    _tool("reservoir-flow", "Two-phase flow through one realization", minutes=14, cpu=2, memory=8192,
          fixed={"deck": "SPE10.DATA", "years": "20"},
          varied={"well": ("P-01", "P-02", "P-03", "I-01", "I-02"), "permeability": ("low", "mid", "high")}),
    _tool("fault-stress", "Slip tendency of a fault segment", minutes=6, cpu=1, memory=2048,
          fixed={"mesh": "groningen-fine"}, logs=True,
          varied={"segment": tuple(f"S{k:02d}" for k in range(1, 13)), "friction": ("0.4", "0.6")}),
    _tool("gravity-grid", "Bouguer anomaly on a regular grid", minutes=9, cpu=2, memory=4096,
          fixed={"region": "north-sea", "spacing": "500"}),
)  # fmt: skip

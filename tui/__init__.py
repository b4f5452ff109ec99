"""taskdeck: watch and steer compute tasks on every remote platform from one terminal."""

__version__ = "0.1.0"

"""Slurm by its own commands, on this machine or over ssh."""

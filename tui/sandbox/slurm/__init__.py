"""A pretended cluster: the commands of Slurm as functions of their words, over a small world that lives by a clock."""

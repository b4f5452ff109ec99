"""The tests of the real Slurm cluster, on the Slurm of other Debian releases."""

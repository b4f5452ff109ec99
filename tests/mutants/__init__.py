"""Changes one thought of a file at a time and looks whether a test notices: `python -m tests.mutants FILE`."""

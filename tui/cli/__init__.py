"""The command line: arguments to settings to wiring to run."""

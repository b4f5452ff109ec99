"""Logs of real programs that really failed, for the tests of signatures; `python -m tests.corpus` makes them anew."""

"""Figures, each with its reference measured beside it in the same run (`python -m tests.bench`)."""

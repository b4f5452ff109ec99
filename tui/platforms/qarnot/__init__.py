"""Qarnot Computing."""

"""Long runs of the promises that need them (`python -m tests.soak`); the suite takes a hundredth of each.

One module a row of the reliability notes, named for it (`r33.py`): `TITLE` says the promise, and
`soak(scale, seed)` runs so much of it (1 is the whole) and returns what was seen in a line, or raises `AssertionError`.
"""

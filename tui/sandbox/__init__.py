"""Pretend platforms for demos, screenshots and tests; shares no code with what it checks."""

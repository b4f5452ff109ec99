"""A pretended Seven Bridges: a world of genomics tasks that lives by seed and clock, behind the documented API."""

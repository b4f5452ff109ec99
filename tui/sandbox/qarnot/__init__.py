"""A pretended Qarnot: a world of engineering tasks that lives by seed and clock, behind the documented API."""

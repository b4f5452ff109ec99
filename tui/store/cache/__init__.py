"""The cache on disk: a convenience that survives a restart, never a source of truth."""

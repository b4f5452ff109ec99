"""Everything that reads and shows a log."""

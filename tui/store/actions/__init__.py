"""Actions on tasks: what is planned, journaled, sent, and found out afterwards."""

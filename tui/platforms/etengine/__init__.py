"""The ET Engine API: batches of jobs, told by counts."""

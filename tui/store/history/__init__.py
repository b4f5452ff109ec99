"""What was seen of tasks, on disk: it outlives the platforms' own memory."""

"""What a task is, and what can be said of many: the standard library only, no input or output, no clock."""

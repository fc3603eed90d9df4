"""Training: one file a task, and the loop they share."""

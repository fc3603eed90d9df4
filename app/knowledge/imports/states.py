"""The states of an import in which nothing more happens; it imports nothing."""

OVER = ("done", "refused", "cancelled")

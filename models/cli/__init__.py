"""The verbs of `python -m models`, one a file."""

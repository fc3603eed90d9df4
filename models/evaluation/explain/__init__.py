"""Which parts of a text spoke for its label."""

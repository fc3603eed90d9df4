"""Statistics that follow from what was published, read, commented, followed and written."""

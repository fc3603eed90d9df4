"""Mass messages of plain text."""

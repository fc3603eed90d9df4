"""Web pages, Markdown and plain text."""

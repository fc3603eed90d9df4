"""Word files: the parts of the package, runs of text, sections."""

"""Finds claims about the brand that no source supports."""

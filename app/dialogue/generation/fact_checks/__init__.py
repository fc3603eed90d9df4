"""Extracts the facts of a text that can be checked."""

"""Imports of files: planned, read in a process of its own, stored as a whole."""

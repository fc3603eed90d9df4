"""Finds places, days and numbers in a text."""

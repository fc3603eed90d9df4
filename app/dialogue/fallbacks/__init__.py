"""Builds replies to messages that no entry answers."""

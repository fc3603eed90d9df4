"""Recognises by words what went wrong, and what the account answers for."""

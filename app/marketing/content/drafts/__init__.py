"""Texts that people take from generated variants, edit and approve."""

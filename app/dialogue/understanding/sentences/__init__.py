"""Tells kinds of sentences and the roles of their words."""

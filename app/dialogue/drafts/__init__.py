"""Drafts of the ways to answer."""

"""Rewrites questions into ones that stand alone, and vectors with them."""

"""Phrases of the product, in the languages that followers write in."""

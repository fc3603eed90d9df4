"""Sentences of ours, in the languages that followers write in."""

"""Experiments: who sees which variant, and what the counts say."""

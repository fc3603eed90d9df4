"""Operators' rules for an account, which are applied before any model."""

"""Splits an answer into clauses, and tells what each is about."""

"""Chooses among the candidates of a search and words the answer."""

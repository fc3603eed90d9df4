"""Embeddings of items' texts: in memory, or in PostgreSQL."""

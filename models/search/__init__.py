"""Search: vectors of texts, and whether a candidate answers a question."""

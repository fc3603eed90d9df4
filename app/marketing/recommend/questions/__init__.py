"""Questions for items: their words, and the items that these or embeddings find."""

"""Routes of the marketing loop: one file a domain."""

"""Bodies of the marketing loop's routes: one file a domain."""

"""The shared encoder: its weights in memory, adapters, heads, and what it says of a message."""

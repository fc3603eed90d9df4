"""The shared encoder with its adapters and heads, and the classification of messages."""

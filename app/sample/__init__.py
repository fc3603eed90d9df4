"""A made-up tea shop that a new embedded service starts with, and the command that empties it."""

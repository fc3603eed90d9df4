"""Measures of the conversation, on questions written for them."""

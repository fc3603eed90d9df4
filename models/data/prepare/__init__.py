"""Prepares chat history as training data: normalise, mask, deduplicate, split and report."""

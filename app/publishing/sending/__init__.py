"""Sends posts: drafts, publications and mass sends, and what the platform reports of them."""

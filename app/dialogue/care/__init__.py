"""Replies and alerts where a follower is in need."""

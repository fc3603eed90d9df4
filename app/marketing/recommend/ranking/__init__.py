"""Ranks items for a follower: pure functions of arrays.

Items and followers are numbered from 0; a history is a follower's items, the oldest first.
"""

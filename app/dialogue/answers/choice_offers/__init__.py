"""Offers candidates to the follower, and reads the choice."""

"""Recommendations for all followers of a segment: computed, grouped, approved, sent."""

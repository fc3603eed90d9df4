"""Recommendation: which items each follower is shown, with a strategy and a reason."""

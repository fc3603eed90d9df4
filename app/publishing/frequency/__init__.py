"""How often a follower gets marketing messages in a month, and the cap on it."""

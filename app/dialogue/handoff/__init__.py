"""A person takes over: when, and what follower and agent read."""

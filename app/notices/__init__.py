"""Notices to agents that a follower waits: by group robots, webhooks and mail."""

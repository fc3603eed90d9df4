"""Tells the people who answer that somebody waits: group robots, webhooks, mail."""

"""Delivery of replies: user queues, commits, the reply channel, the outbox, and turn records."""

"""The worker process: its loop, and a batch of turns from the queue to the commit."""

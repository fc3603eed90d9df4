"""Long work of the marketing loop: queued over REST, run by a worker, read with its progress."""

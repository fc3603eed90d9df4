"""What all clients of endpoints share: breaker, retries, reading of responses."""

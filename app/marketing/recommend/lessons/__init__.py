"""What teaches the rankers of an account: answers, exposures and clicks, reads."""

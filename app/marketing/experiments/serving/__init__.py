"""Running experiments at work: what the product itself asks of them for each follower."""

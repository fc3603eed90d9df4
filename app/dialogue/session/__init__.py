"""Session values: turns within limits, and the session after a turn."""

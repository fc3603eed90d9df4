"""Bodies of the endpoints for what followers meet."""

"""One turn of the conversation."""

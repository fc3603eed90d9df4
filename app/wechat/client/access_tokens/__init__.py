"""Access tokens, shared by all processes through Redis."""

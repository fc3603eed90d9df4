"""Redis: every key with its lifetime, and how scripts are called."""

"""Word lists, and how they are found in texts that hide them."""

"""Orders: ask for the number, and look it up in the system of the shop."""

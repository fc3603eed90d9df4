"""Orders: asks for the number and looks the order up in the shop's system."""

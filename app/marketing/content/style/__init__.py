"""What editors change in generated texts, as notes for the next ones."""

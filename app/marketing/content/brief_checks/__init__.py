"""What a brief is checked for when it is stored, and not when an old one is read."""

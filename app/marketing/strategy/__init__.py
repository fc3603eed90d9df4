"""What to do next: proposals of the night, decided by a person, and scored by what came of them."""

"""What is recorded of a turn: its explanation, its database rows, its generated answers."""

"""What is said where no entry answers."""

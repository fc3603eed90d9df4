"""Which of two headlines is clicked more."""

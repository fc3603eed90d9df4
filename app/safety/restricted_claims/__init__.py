"""Claims that the law restricts, or that only an operator may make."""

"""Claims of a text: what it says of the goods, and which facts of the brief support it."""

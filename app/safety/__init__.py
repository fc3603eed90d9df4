"""What may be said, what must stay private, and what the law wants told. Pure, but for erasure."""

"""Messages with several questions: each is answered, in one reply."""

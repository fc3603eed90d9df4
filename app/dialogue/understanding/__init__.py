"""What a message is and asks, by its words: pure functions of texts."""

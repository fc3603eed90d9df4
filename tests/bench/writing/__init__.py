"""What a language model writes from passages: rows to train one on, and questions to try it."""

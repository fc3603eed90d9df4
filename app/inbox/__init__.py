"""A person takes over a conversation: its states, its repository, who is told of it."""

"""One turn of the conversation: understanding, policy, reply and handoff."""

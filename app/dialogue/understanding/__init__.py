"""Recognises by words what a message is and asks: pure functions of texts."""

"""Answers that a language model writes: the prompt, and what is checked of the answer."""

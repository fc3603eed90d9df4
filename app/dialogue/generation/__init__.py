"""Answers by a language model: builds the prompt and checks the answer."""

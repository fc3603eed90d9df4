"""Answers in the account's own words: a causal language model over its questions and answers."""

"""Recognisers of slot values, a file a slot."""

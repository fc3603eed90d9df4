"""Answers an API call: its token, body and planned faults, then the interface's handler."""

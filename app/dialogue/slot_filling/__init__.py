"""Slots: details that an answer needs, asked for, recognised in messages, and still missing."""

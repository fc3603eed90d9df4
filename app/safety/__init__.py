"""Moderation by word lists, care, prompt injection, and claims that the law restricts. No I/O."""

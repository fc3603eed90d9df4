"""Gaps in the knowledge: questions without a certain answer, and what agents answered."""

"""Handoff to agents: the conversation's states and repository, agents' replies, notices."""

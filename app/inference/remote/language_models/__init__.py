"""Clients of language-model servers in OpenAI's protocol."""

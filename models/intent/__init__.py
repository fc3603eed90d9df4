"""The taxonomy of intents, and the shipped head that assigns messages to intents."""

"""English texts of phrases, of the intents' replies and of care."""

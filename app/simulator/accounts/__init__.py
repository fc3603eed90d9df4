"""An account of the platform, with its followers, tokens, rights and budgets."""

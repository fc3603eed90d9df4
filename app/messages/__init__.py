"""What the account sends: its values, its fixed texts, its limits. Pure."""

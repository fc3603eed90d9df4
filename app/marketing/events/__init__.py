"""Events: what followers did and what they were shown. Items: what can be shown."""

"""How templates word facts, address an audience and follow an account's style."""

"""What an operator has decided for an account: said before any model is asked."""

"""What an account knows: standard questions and their answers, kept, indexed and searched."""

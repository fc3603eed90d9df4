"""Articles, mass sends and files of an account."""

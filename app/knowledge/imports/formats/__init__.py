"""What operators keep in files: rows and sections out of every format that is read."""

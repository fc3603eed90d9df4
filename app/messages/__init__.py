"""Messages that the account sends: types, phrases, formatting, limits of length. No I/O."""

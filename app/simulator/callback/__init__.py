"""Pushes messages and events to the account's server: HTTP, signatures, sealed XML."""

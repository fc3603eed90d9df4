"""Rows of texts: read from files, cleaned, masked, split."""

"""Welcome texts: what a person reads who follows, or scans a QR code."""

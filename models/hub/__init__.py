"""Where base weights come from: declared once, fetched, checked by hash, converted."""

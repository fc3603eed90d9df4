"""Routes of ads: scored, ranked, written, exported; the click model."""

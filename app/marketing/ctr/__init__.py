"""Click prediction: what a text's click rate may be, why, and how far to trust it."""

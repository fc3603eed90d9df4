"""History in, clean data out: normalise, mask, deduplicate, split, and report on all of it."""

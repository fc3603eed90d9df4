"""The index over entries and documents: by vectors and by words."""

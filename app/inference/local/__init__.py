"""Models in this process: the only door to models/."""

"""Models in this process: the only package of app/ that imports models/."""

"""The error of all figures."""


class Unmeasurable(ValueError):
    """The figures aren't defined for these rows; the message says why and what to do."""

"""The error of all figures."""

from models.errors import ExpectedFault


class Unmeasurable(ExpectedFault, ValueError):
    """The figures aren't defined for these rows; the message says why and what to do."""

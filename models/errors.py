"""What all expected errors of models/ have in common."""


class ExpectedFault(Exception):
    """An error that isn't a bug. Its message is a sentence for the user and says what to do."""

"""How long a second is in tests: on a busy machine, what bounds or spends time grows alike."""

import os

# make test sets it to 2: there are two processes for each core.
FACTOR = float(os.environ.get("TEST_TIME_FACTOR", "1"))  # noqa: TID251 - read here for all tests


def seconds(idle: float) -> float:
    """Real seconds for what takes `idle` seconds on an idle machine."""
    return idle * FACTOR

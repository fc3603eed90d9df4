"""The order of tests: every process begins with tests that take long.

xdist gives each process an equal part of the list, and one that has finished takes half of the
longest rest. A long test behind the others would be waited for alone.
"""

import os
from collections.abc import Sequence
from itertools import chain, groupby, islice

import pytest

LONG = ("slow", "weights")  # markers


def deal_long_tests(items: Sequence[pytest.Item]) -> list[pytest.Item]:
    """The tests in an order for the processes of this run; for a single one, as they were."""
    processes = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))  # noqa: TID251 - it's xdist's
    if processes == 1:
        return list(items)
    parts: list[list[pytest.Item]] = [[] for _ in range(processes)]
    # A file stays whole: its tests share what takes long to set up.
    files = groupby(filter(_is_long, items), key=lambda item: item.path)
    for number, (_, tests) in enumerate(files):
        parts[number % processes] += tests
    short = iter([item for item in items if not _is_long(item)])
    for part in parts:
        part += islice(short, max(0, len(items) // processes - len(part)))
    return [*chain(*parts), *short]


def _is_long(item: pytest.Item) -> bool:
    return any(map(item.get_closest_marker, LONG))

"""Which tests are measured for coverage: the first case of each test, but for slow ones.

On Python 3.11 the tracer stops the interpreter at every line, in libraries too, and tests take half
as long again. What the measured tests cover, the suite covers: a floor that they reach, the suite
reaches. `--cov-context=test` measures all of them.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import coverage
import pytest


def is_measured(item: pytest.Item) -> bool:
    """Whether the coverage of a test is measured."""
    if item.config.getoption("cov_context", None):  # who asks for it wants the tests of each line
        return True
    case = getattr(item, "callspec", None)
    if case is not None and any(case.indices.values()):
        return False
    # A slow test of a real model spends its time in torch, where nothing is traced.
    return not item.get_closest_marker("slow") or bool(item.get_closest_marker("weights"))


def is_first_process() -> bool:
    """Whether this is the first process of the run; all of them import the same modules."""
    return os.environ.get("PYTEST_XDIST_WORKER", "gw0") == "gw0"  # noqa: TID251 - it's xdist's


@contextmanager
def measure(enabled: bool) -> Iterator[None]:
    """Unless `enabled`, pause the measurement, if there is one, for as long as the block lasts."""
    measurement = coverage.Coverage.current()
    if enabled or measurement is None:
        yield
        return
    measurement.stop()
    try:
        yield
    finally:
        measurement.start()
